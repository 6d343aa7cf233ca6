using EdgeInspector.Inspection.Stations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Inspection.Tests.Stations;

public sealed class FaultLogTests
{
    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }

    [Fact]
    public void A_burst_of_faults_becomes_one_line_a_second_with_a_count()
    {
        var time = new FakeTimeProvider();
        var lines = new Lines();
        var faults = new FaultLog(lines, "Reading a frame", time);
        for (int i = 0; i < 100; i++)
            faults.Report($"cause {i}");
        Assert.Equal(["Reading a frame failed: cause 0"], lines);
        time.Advance(TimeSpan.FromSeconds(1));
        faults.Report("the last");
        Assert.Equal(2, lines.Count);
        Assert.Contains("100 times", lines[1], StringComparison.Ordinal);
        Assert.Contains("the last", lines[1], StringComparison.Ordinal);
    }
}
