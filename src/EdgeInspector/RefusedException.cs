namespace EdgeInspector;

/// <summary>The agent or a command can't run until the user mends something. Each problem says what, where and how to mend it.</summary>
internal sealed class RefusedException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public RefusedException(string problem)
        : this([problem])
    {
    }

    /// <summary>One or more sentences each, for the console.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
