using EdgeInspector.Foundation.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Foundation.Tests.Logging;

public sealed class FaultLogTests
{
    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }

    [Fact]
    public void A_burst_of_faults_becomes_one_line_a_second_with_a_count()
    {
        var time = new FakeTimeProvider();
        var lines = new Lines();
        var faults = new FaultLog(lines, "Reading a frame", time);
        for (int i = 0; i < 100; i++)
            faults.Report("the cable is out");
        Assert.Equal(["Reading a frame failed: the cable is out"], lines);
        time.Advance(TimeSpan.FromSeconds(1));
        faults.Report("the last");
        Assert.Equal(2, lines.Count);
        Assert.Contains("100 times", lines[1], StringComparison.Ordinal);
        Assert.Contains("the last", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Another_cause_within_the_second_is_told_too()
    {
        var lines = new Lines();
        var faults = new FaultLog(lines, "A command", new FakeTimeProvider());
        faults.Report("it names no package");
        faults.Report("it is no JSON");
        faults.Report("it names no package");
        Assert.Equal(["A command failed: it names no package", "A command failed: it is no JSON"], lines);
    }

    [Fact]
    public void Causes_that_differ_each_time_become_a_few_lines_a_second_with_a_count()
    {
        var time = new FakeTimeProvider();
        var lines = new Lines();
        var faults = new FaultLog(lines, "A command", time);
        for (int i = 0; i < 1000; i++)
            faults.Report($"there is no command '{i}'");
        Assert.Equal(5, lines.Count);
        time.Advance(TimeSpan.FromSeconds(1));
        faults.Report("there is no command 'x'");
        Assert.Equal(6, lines.Count);
        Assert.Contains("996 times", lines[5], StringComparison.Ordinal);
    }
}
