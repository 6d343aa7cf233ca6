using System.Collections;
using System.Reflection;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Settings;

/// <summary>
/// Secrets that the service manager or the container engine lays into a folder: systemd's <c>LoadCredential</c>,
/// the secrets of Docker and Kubernetes. One rule for all: the file is called as the environment variable would be, without its prefix,
/// such as <c>Mqtt__Password</c>; its first line is the secret.
/// </summary>
internal static class SecretFolders
{
    // systemd.exec(5): where the credentials of this service lie.
    private const string CredentialsVariable = "CREDENTIALS_DIRECTORY";

    private const string ContainerSecrets = "/run/secrets";

    // Somebody else's secrets may lie where only root can look.
    private static readonly EnumerationOptions Accessible = new() { IgnoreInaccessible = true };

    /// <summary>The folders that are looked into, the first one first.</summary>
    public static IReadOnlyList<string> Of(IDictionary environment)
    {
        var folders = new List<string>();
        if (environment[CredentialsVariable] is string { Length: > 0 } credentials)
            folders.Add(credentials);
        if (!OperatingSystem.IsWindows())
            folders.Add(ContainerSecrets);
        return folders;
    }

    /// <summary>
    /// Names the file of each secret that a folder holds and that no other source gives, so that it is read as if
    /// its <c>…File</c> setting had named it.
    /// </summary>
    /// <param name="options">The type of the settings.</param>
    /// <param name="settings">All other sources.</param>
    /// <param name="folders">The folders; those that there are not are passed over.</param>
    public static void Fill(Type options, LayeredSettings settings, IReadOnlyList<string> folders)
    {
        foreach ((string path, _) in SecretsAmong(options, settings).ToList())
        {
            if (settings.Find(path)?.Value is null && settings.Find(path + "File")?.Value is null && FileFor(path, folders) is { } file)
                settings.Override(path + "File", file, SettingsOrigin.SecretFolder);
        }
    }

    /// <summary>Files of the folders that seem to be meant for the agent and are of no use to it, a sentence each.</summary>
    public static IEnumerable<string> Strays(Type options, LayeredSettings settings, IReadOnlyList<string> folders)
    {
        HashSet<string> sections = [.. SettingProperties.Of(options).Select(property => property.Name + "__")];
        List<string> secrets = [.. SecretsAmong(options, settings).Select(secret => NameOf(secret.Path))];
        foreach (string file in folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*", Accessible)))
        {
            string name = Path.GetFileName(file);
            if (!sections.Any(section => name.StartsWith(section, StringComparison.OrdinalIgnoreCase)))
                continue;
            string setting = name.Replace("__", ":", StringComparison.Ordinal);
            if (!secrets.Contains(name))
                yield return $"The secret {file} is of no use: there is no secret {setting} in these "
                    + $"settings{(NearestName.Of(name, secrets) is { } near ? $"; did you mean {near}?" : ".")}";
            else if (settings.Find(setting + "File") is not { Origin: SettingsOrigin.SecretFolder, Value: { } used } || used != file)
                yield return $"The secret {file} is not used, since {setting} is given elsewhere. Remove one of them.";
        }
    }

    /// <summary>What keeps the file of a secret from being used, a sentence each; nothing is told of its content.</summary>
    public static IEnumerable<string> Unreadable(Type options, LayeredSettings settings)
    {
        foreach ((string path, _) in SecretsAmong(options, settings))
        {
            if (settings.Find(path + "File")?.Value is { } file
                && Complaint(file, LayeredSettings.Unescape(path + "File")) is { } complaint)
                yield return complaint;
        }
    }

    private static string? Complaint(string file, string setting)
    {
        try
        {
            SecretFile.Read(file, setting);
            return null;
        }
        catch (SecretFileException fault)
        {
            return fault.Message;
        }
    }

    private static IEnumerable<(string Path, PropertyInfo Property)> SecretsAmong(Type options, LayeredSettings settings) =>
        SettingPaths.Of(options, settings).Where(setting => SecretText.IsSecret(setting.Property));

    private static string? FileFor(string path, IReadOnlyList<string> folders) =>
        folders.Select(folder => Path.Combine(folder, NameOf(path))).FirstOrDefault(File.Exists);

    private static string NameOf(string path) => LayeredSettings.Unescape(path.Replace(":", "__", StringComparison.Ordinal));
}
