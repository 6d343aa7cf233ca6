using System.Collections;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Settings;

/// <summary>
/// Secrets that the service manager or the container engine puts into a folder: systemd's <c>LoadCredential</c>, the secrets of Docker and
/// Kubernetes. One rule for all: the file has the name of the environment variable without the prefix, such as <c>Mqtt__Password</c>; its
/// first line is the secret.
/// </summary>
internal static class SecretFolders
{
    // systemd.exec(5): where the credentials of this service lie.
    private const string CredentialsVariable = "CREDENTIALS_DIRECTORY";

    private const string ContainerSecrets = "/run/secrets";

    // Secrets of others may lie where only root can look.
    private static readonly EnumerationOptions Accessible = new() { IgnoreInaccessible = true };

    /// <summary>The folders that are looked into, in order of precedence.</summary>
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
    /// Names the file of each secret that a folder holds and no other source gives, so that the file is read as if the secret's
    /// <c>…File</c> setting had named it.
    /// </summary>
    /// <param name="options">The type of the settings.</param>
    /// <param name="settings">All other sources.</param>
    /// <param name="folders">The folders; folders that do not exist are passed over.</param>
    public static void Fill(Type options, LayeredSettings settings, IReadOnlyList<string> folders)
    {
        foreach (SettingPath secret in SecretsAmong(options, settings).ToList())
        {
            if (!IsGiven(settings, secret.Names) && !IsGiven(settings, secret.FileNames) && FileFor(secret, folders) is { } file)
                settings.Override(secret.FileNames, file, SettingsOrigin.SecretFolder);
        }
    }

    /// <summary>Files of the folders that seem to be meant for the agent but are of no use to it, a sentence each.</summary>
    public static IEnumerable<string> Strays(Type options, LayeredSettings settings, IReadOnlyList<string> folders)
    {
        HashSet<string> sections = [.. SettingProperties.Of(options).Select(property => property.Name + "__")];
        List<SettingPath> secrets = [.. SecretsAmong(options, settings)];
        foreach (string file in folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*", Accessible)))
        {
            string name = Path.GetFileName(file);
            if (!sections.Any(section => name.StartsWith(section, StringComparison.OrdinalIgnoreCase)))
                continue;
            if (secrets.Find(secret => NameOf(secret) == name) is not { } meant)
                yield return $"The secret {file} is of no use: there is no secret "
                    + name.Replace("__", ":", StringComparison.Ordinal)
                    + $" in these settings{(NearestName.Of(name, secrets.Select(NameOf)) is { } near ? $"; did you mean {near}?" : ".")}";
            else if (settings.Find(meant.FileNames) is not { Origin: SettingsOrigin.SecretFolder, Text: { } used } || used != file)
                yield return $"The secret {file} is not used, since {meant.Path} is given elsewhere. Remove one of them.";
        }
    }

    /// <summary>Why the file of a secret can't be used, a sentence each; nothing of its content is told.</summary>
    public static IEnumerable<string> Unreadable(Type options, LayeredSettings settings)
    {
        foreach (SettingPath secret in SecretsAmong(options, settings))
        {
            if (settings.Find(secret.FileNames)?.Text is { } file && Complaint(file, secret.Path + "File") is { } complaint)
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

    private static IEnumerable<SettingPath> SecretsAmong(Type options, LayeredSettings settings) =>
        SettingPaths.Of(options, settings).Where(setting => SecretText.IsSecret(setting.Property));

    private static bool IsGiven(LayeredSettings settings, IReadOnlyList<string> names) =>
        settings.Find(names) is { Shape: not SettingsShape.Null };

    private static string? FileFor(SettingPath secret, IReadOnlyList<string> folders) =>
        folders.Select(folder => Path.Combine(folder, NameOf(secret))).FirstOrDefault(File.Exists);

    private static string NameOf(SettingPath secret) => string.Join("__", secret.Names);
}
