using System.Runtime.Versioning;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Settings;

/// <summary>Finds secrets that lie where others can read them.</summary>
internal static class SecretExposure
{
    private const UnixFileMode OfGroup = UnixFileMode.GroupRead, OfOthers = UnixFileMode.OtherRead;

    /// <summary>
    /// What should be mended, a sentence each. On Windows file permissions are not looked at: they can't be read from a few bits.
    /// </summary>
    /// <param name="options">The type of the settings.</param>
    /// <param name="settings">All sources.</param>
    /// <param name="file">The settings file; null for none.</param>
    /// <param name="trusted">
    /// Folders that a service manager or container engine has made for the agent alone, whatever the modes in them say.
    /// </param>
    public static IEnumerable<string> Find(Type options, LayeredSettings settings, string? file, IReadOnlyList<string> trusted)
    {
        foreach (SettingPath setting in SettingPaths.Of(options, settings))
        {
            if (settings.Find(setting.Names) is not { Text: { Length: > 0 } value, Origin: var origin })
                continue;
            string shown = setting.Path;
            if (SecretText.IsSecret(setting.Property))
            {
                if (origin == SettingsOrigin.Argument)
                    yield return $"{shown} was given on the command line, where every user of this machine can see it. "
                        + $"Give it by {shown}File or in the environment.";
                else if (origin is not (SettingsOrigin.File or SettingsOrigin.Machine))
                    continue;
                else if (OperatingSystem.IsWindows())
                    yield return $"{shown} stands in the settings file {file}. Who may read that is not looked at on Windows: "
                        + "leave it to the service's account and administrators (icacls), or move the secret into a file of its own, "
                        + $"named by {shown}File.";
                else if (Readers(file!) is { } readers)
                    yield return $"{shown} stands in the settings file {file}, which {readers}. "
                        + $"Move it into a file of its own, named by {shown}File, or take the right away: chmod 600 {file}";
            }
            else if (SecretText.NamesSecretFile(setting.Property) && !OperatingSystem.IsWindows() && Path.GetFullPath(value) is var secret
                && !trusted.Any(folder => IsWithin(secret, folder)) && Readers(secret) is { } others)
            {
                yield return $"{shown}: the file {secret} is one that {others}. Take the right away: "
                    + $"chmod 600 {secret}, owned by the user that the agent runs as.";
            }
        }
    }

    /// <summary>Who besides the owner may read a file, as the end of a sentence; null: nobody, or there is no such file.</summary>
    [UnsupportedOSPlatform("windows")]
    private static string? Readers(string file)
    {
        try
        {
            UnixFileMode mode = File.GetUnixFileMode(file), reach = mode;
            // Whoever may not enter a folder can't read the files in it.
            for (string? folder = Path.GetDirectoryName(Path.GetFullPath(file)); folder is not null; folder = Path.GetDirectoryName(folder))
            {
                UnixFileMode through = File.GetUnixFileMode(folder);
                if (!through.HasFlag(UnixFileMode.OtherExecute))
                    reach &= ~OfOthers;
                if ((through & (UnixFileMode.OtherExecute | UnixFileMode.GroupExecute)) == 0)
                    reach &= ~OfGroup;
            }
            string octal = Convert.ToString((int)mode, 8).PadLeft(4, '0');
            return reach.HasFlag(OfOthers) ? $"every user of this machine may read (mode {octal})"
                : reach.HasFlag(OfGroup) ? $"its group may read (mode {octal})"
                : null;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            // If the file can't be read at all, that is reported where the file is needed.
            return null;
        }
    }

    private static bool IsWithin(string file, string folder) =>
        file.StartsWith(Path.GetFullPath(folder).TrimEnd('/') + '/', StringComparison.Ordinal);
}
