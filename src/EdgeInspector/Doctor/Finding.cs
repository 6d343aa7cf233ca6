using EdgeInspector.Web;

namespace EdgeInspector.Doctor;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>All is well.</summary>
    Good,

    /// <summary>The line runs, but somebody should look.</summary>
    Warning,

    /// <summary>The finding would stop the line.</summary>
    Fault,
}

/// <summary>One line of the doctor's report.</summary>
/// <param name="Severity">How bad the finding is.</param>
/// <param name="Subject">What was looked at.</param>
/// <param name="Message">What was found, or how to mend it.</param>
internal sealed record Finding(Severity Severity, string Subject, string Message)
{
    /// <summary>The finding as the console shows it.</summary>
    public ExaminedThing ForPeople => new(
        Severity switch
        {
            Severity.Good => ThingHealth.Good,
            Severity.Warning => ThingHealth.Warning,
            _ => ThingHealth.Fault,
        },
        Subject,
        Message);

    public static Finding Good(string subject, string message) => new(Severity.Good, subject, message);

    public static Finding Warning(string subject, string message) => new(Severity.Warning, subject, message);

    public static Finding Fault(string subject, string message) => new(Severity.Fault, subject, message);
}
