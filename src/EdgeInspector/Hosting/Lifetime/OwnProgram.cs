namespace EdgeInspector.Hosting.Lifetime;

/// <summary>How this program starts itself again with another command.</summary>
internal static class OwnProgram
{
    /// <summary>
    /// The file to run and its arguments, also when this process was started by <c>dotnet</c> or runs inside a benchmark.
    /// </summary>
    public static (string File, string[] Arguments) With(params string[] command)
    {
        string program = Environment.ProcessPath!, name = Path.GetFileName(program);
        if (name is "EdgeInspector" or "EdgeInspector.exe")
            return (program, command);
        return (
            name is "dotnet" or "dotnet.exe" ? program : "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "EdgeInspector.dll"), .. command]);
    }
}
