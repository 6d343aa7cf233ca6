namespace EdgeInspector.Settings;

/// <summary>Where a setting's value came from; each source but <see cref="SecretFolder"/> overrides those before it.</summary>
internal enum SettingsOrigin
{
    /// <summary>The settings file, for all machines.</summary>
    File,

    /// <summary>The block of this machine in the settings file.</summary>
    Machine,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>The command line.</summary>
    Argument,

    /// <summary>A secret folder; only for secrets that no other source gives.</summary>
    SecretFolder,
}
