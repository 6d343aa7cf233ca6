namespace EdgeInspector.Logging;

/// <summary>How the log uses the console.</summary>
internal enum ConsoleUse
{
    /// <summary>Everything goes to the standard output: the agent as a service.</summary>
    StandardOutput,

    /// <summary>Everything goes to the standard error: commands whose output is read by programs.</summary>
    StandardError,

    /// <summary>Only warnings and worse, on the standard error: commands that draw on the console themselves.</summary>
    WarningsOnStandardError,
}
