namespace EdgeInspector;

/// <summary>What the process tells the shell, systemd or the Windows service manager when it ends.</summary>
internal static class ExitCode
{
    /// <summary>Everything was done.</summary>
    public const int Done = 0;

    /// <summary>
    /// Something failed while the agent was running, or another process uses the data folder; a service manager should start the agent
    /// again.
    /// </summary>
    public const int Failed = 1;

    /// <summary>The arguments, the settings or a model must be mended first; starting again would not help.</summary>
    public const int Refused = 2;

    /// <summary>
    /// A call into native code (a model, a camera's driver) did not return, and the process could not go on; a service manager should start
    /// the agent again.
    /// </summary>
    public const int Hung = 3;

    /// <summary>From <c>fleet</c>: a station is degraded, none is offline.</summary>
    public const int Degraded = 4;

    /// <summary>From <c>fleet</c>: a station is offline or silent, or an expected station is not there.</summary>
    public const int Offline = 5;
}
