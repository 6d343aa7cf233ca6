using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Inspection.Tests.Stations;

public sealed class ReconciliationTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StationCounters _counters = new();
    private readonly Reconciliation _reconciliation;
    private int _open;

    public ReconciliationTests() => _reconciliation = new Reconciliation(new ReconciliationOptions { Enabled = true }, _counters, _time);

    private void Inspect(int parts)
    {
        for (int i = 0; i < parts; i++)
        {
            _counters.CountTrigger();
            _counters.Count(VerdictKind.Pass);
            _counters.Count(SignalOutcome.Sent);
        }
    }

    private string? CheckAfter(int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return _reconciliation.Check(() => _open)?.Text;
    }

    [Fact]
    public void Counts_are_compared_as_they_grew_since_the_first_report_within_the_tolerance()
    {
        Inspect(40);
        _reconciliation.Report(1000);
        Inspect(10);
        _reconciliation.Report(1011);
        Assert.Null(CheckAfter(0));
        Assert.Null(CheckAfter(60));
        Assert.Equal(11, _counters.Parts);
    }

    [Fact]
    public void A_mismatch_is_an_alarm_with_both_numbers_once_it_has_lasted_and_is_over_when_they_agree()
    {
        _reconciliation.Report(1000);
        Inspect(10);
        _reconciliation.Report(1013);
        Assert.Null(CheckAfter(0));
        Assert.Null(CheckAfter(9));
        string mismatch = CheckAfter(1)!;
        Assert.Contains("13 parts", mismatch, StringComparison.Ordinal);
        Assert.Contains("10 triggers", mismatch, StringComparison.Ordinal);
        Inspect(3);
        Assert.Null(CheckAfter(0));
        _reconciliation.Report(1020);
        Assert.Null(CheckAfter(0));
    }

    [Fact]
    public void A_plc_that_counts_anew_makes_the_comparison_begin_anew()
    {
        _reconciliation.Report(1000);
        _reconciliation.Report(1050);
        Assert.Null(CheckAfter(0));
        Assert.NotNull(CheckAfter(10));
        _reconciliation.Report(0);
        Assert.Null(CheckAfter(0));
        Inspect(5);
        _reconciliation.Report(5);
        Assert.Null(CheckAfter(100));
    }

    [Fact]
    public void Triggers_that_are_neither_answered_nor_open_are_an_alarm_without_any_plc()
    {
        _counters.CountTrigger();
        _open = 1;
        Assert.Null(CheckAfter(0));
        Assert.Null(CheckAfter(100));
        _open = 0;
        Assert.Null(CheckAfter(0));
        Assert.Contains("1 triggers were accepted, but 0 verdicts", CheckAfter(10)!, StringComparison.Ordinal);
    }

    [Fact]
    public void Verdicts_without_a_signal_are_an_alarm()
    {
        Inspect(1);
        _counters.CountTrigger();
        _counters.Count(VerdictKind.Reject);
        Assert.Null(CheckAfter(0));
        Assert.Contains("2 verdicts were given, but 1 signals", CheckAfter(10)!, StringComparison.Ordinal);
    }
}
