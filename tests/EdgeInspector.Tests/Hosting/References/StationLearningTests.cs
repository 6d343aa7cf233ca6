using System.Threading.Channels;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Hosting.References;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.SimulatedLine;
using EdgeInspector.Tests.Evidence;
using Microsoft.Extensions.Logging.Abstractions;
using OpenCvSharp;

namespace EdgeInspector.Tests.Hosting.References;

/// <summary>What the agent that runs says of learning: how far it is, what came of it, and of whom.</summary>
public sealed class StationLearningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly JudgingStation _station = new("part-classifier");
    private readonly Channel<ReferenceNews> _news = Channel.CreateUnbounded<ReferenceNews>();
    private readonly PartLine _line = new(5);
    private readonly PartRenderer _renderer = new();
    private readonly Mat _picture = new();
    private readonly StationLearning _learning;

    public StationLearningTests() => _learning = new StationLearning(
        _station.Station, new ReferenceFolder(_folder.Path), news => _news.Writer.TryWrite(news), TimeProvider.System, NullLogger.Instance);

    public void Dispose()
    {
        _picture.Dispose();
        _renderer.Dispose();
        _station.Dispose();
        _folder.Dispose();
    }

    private Task<ReferenceNews> Told() =>
        _news.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1));

    private VerdictKind Inspect(SimulatedPart part)
    {
        _renderer.Render(part, _picture);
        return _station.Inspect(_picture).Verdict.Kind;
    }

    /// <summary>Whoever waits for the parts must not take a restart of the agent for a success.</summary>
    [Fact]
    public void An_agent_that_has_learnt_nothing_since_its_start_tells_whoever_waits_that_it_was_not_done()
    {
        StationAnswer answer = _learning.Progress();
        Assert.Null(answer.Taken);
        Assert.Contains("restarted", Assert.Single(answer.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_and_the_event_say_how_many_of_the_parts_the_model_rejects()
    {
        Assert.Empty(_learning.Learn(null, 10, "ada", null).Problems);
        int rejected = 0;
        for (long i = 0; i < 10; i++)
            rejected += Inspect(_line.Part(i)) == VerdictKind.Reject ? 1 : 0;
        Assert.InRange(rejected, 1, 9);
        ReferenceNews news = await Told();
        Assert.Equal(("learnt", 10, 0, rejected, 0), (news.Change, news.Parts, news.LeftOut, news.Rejected, news.Review));
        Assert.Contains($"{rejected} of them the model has rejected", _learning.Progress().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anybody_may_call_off_what_another_has_begun_and_both_are_told()
    {
        Assert.Empty(_learning.Learn(null, 10, "ada", "a new lens").Problems);
        StationAnswer answer = _learning.CallOff("bob", "these are the wrong parts.");
        Assert.Equal(("Learning, which ada had begun, was called off; what was known stays.", 0), (answer.Message, answer.Problems.Count));
        ReferenceNews news = await Told();
        Assert.Equal(("failed", "bob"), (news.Change, news.By));
        Assert.Equal("Learning, which ada had begun, was called off by bob: these are the wrong parts.", news.Why);
        StationAnswer waiting = _learning.Progress();
        Assert.Equal(news.Why, Assert.Single(waiting.Problems));
        Assert.Equal("Nothing was being learnt.", _learning.CallOff("bob", null).Message);
        Assert.Empty(_learning.Learn(null, 10, "ada", null).Problems);
    }
}
