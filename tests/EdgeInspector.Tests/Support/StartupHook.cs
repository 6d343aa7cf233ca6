/// <summary>
/// Runs in an agent that a test started with <c>DOTNET_STARTUP_HOOKS</c>, before its <c>Main</c>:
/// throws on a thread of its own when a file appears. So an exception that nobody expects can be had without a line for it in the product.
/// </summary>
internal static class StartupHook
{
    public const string FileVariable = "TEST_THROWS_WHEN";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is not { } file)
            return;
        var thread = new Thread(() =>
        {
            while (!File.Exists(file))
                Thread.Sleep(20);
            throw new InvalidOperationException("nobody expected this");
        });
        thread.IsBackground = true;
        thread.Start();
    }
}
