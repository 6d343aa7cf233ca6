namespace EdgeInspector.Tests.Support;

/// <summary>The agent as a process of its own.</summary>
internal static class ChildAgent
{
    public static ChildProcess Start(TemporaryFolder folder, string settings, params (string Name, string Value)[] environment) =>
        ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "EdgeInspector.dll"), "run", "--settings", folder.Write("settings.json", settings)],
            folder.Path,
            environment.ToDictionary(variable => variable.Name, variable => variable.Value));
}
