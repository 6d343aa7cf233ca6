using System.Runtime.CompilerServices;
using EdgeInspector.Web.Console;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Web.Tests.Console;

public sealed class SharedExaminationTests : IDisposable
{
    private static readonly ExaminedThing Broker = new(ThingHealth.Good, "broker", "It is there.");

    private readonly FakeTimeProvider _time = new();
    private readonly SharedExamination _examination;
    private TaskCompletionSource _broker = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    public SharedExaminationTests() => _examination = new SharedExamination(ExamineAsync, _time);

    public void Dispose() => _examination.Dispose();

    [Fact]
    public async Task All_who_ask_while_one_runs_or_shortly_after_it_get_that_one()
    {
        RunningExamination first = _examination.Begin();
        Assert.Same(first, _examination.Begin());
        _broker.SetResult();
        await first.Done;
        Assert.Equal([Broker], first.Found);
        _time.Advance(SharedExamination.KeptFor / 2);
        Assert.Same(first, _examination.Begin());
        Assert.Equal(1, _count);
        _time.Advance(SharedExamination.KeptFor);
        RunningExamination next = _examination.Begin();
        Assert.NotSame(first, next);
        await next.Done;
        Assert.Equal(2, _count);
    }

    [Fact]
    public async Task After_one_that_failed_the_next_is_begun_at_once()
    {
        _broker.SetException(new InvalidDataException("broken"));
        RunningExamination failed = _examination.Begin();
        await Assert.ThrowsAsync<InvalidDataException>(() => failed.Done);
        _broker = new TaskCompletionSource();
        _broker.SetResult();
        RunningExamination next = _examination.Begin();
        await next.Done;
        Assert.Equal([Broker], next.Found);
    }

    [Fact]
    public async Task When_the_agent_stops_an_examination_ends()
    {
        RunningExamination running = _examination.Begin();
        _examination.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.Done);
    }

    private async IAsyncEnumerable<ExaminedThing> ExamineAsync([EnumeratorCancellation] CancellationToken stop)
    {
        Interlocked.Increment(ref _count);
        await _broker.Task.WaitAsync(stop);
        yield return Broker;
    }
}
