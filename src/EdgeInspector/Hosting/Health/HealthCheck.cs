namespace EdgeInspector.Hosting.Health;

/// <summary>The result of a health check.</summary>
/// <param name="IsGood">True when nothing needs to be done.</param>
/// <param name="Message">The reason, for people.</param>
internal sealed record HealthCheck(bool IsGood, string Message)
{
    /// <summary>When a report is older than this, the agent hangs; several times the pause between two reports.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Looks at an agent's health file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mustBeReady">
    /// Whether every station must be online. False: it is enough that the agent makes progress, since a restart mends no camera and no
    /// broker.
    /// </param>
    /// <param name="time">The clock that the agent reads too.</param>
    public static HealthCheck Check(string path, bool mustBeReady, TimeProvider time)
    {
        if (HealthReport.Read(path) is not { } report)
            return new(false, $"There is no report in {path}: no agent runs, it is still starting or stopping, "
                + "or its setting HealthFile names another file.");
        TimeSpan age = time.GetElapsedTime(report.At);
        // The clock begins anew when the machine starts: then the report is from before.
        if (age < TimeSpan.Zero || age > Limit)
            return new(false, age < TimeSpan.Zero
                ? "The report is from before the machine was started."
                : $"The agent has not reported for {age.TotalSeconds:0} s: a station hangs.");
        return report.Complaints.Count == 0
            ? new(true, "Every station is online.")
            : new(!mustBeReady, $"Degraded. {string.Join(' ', report.Complaints)}");
    }
}
