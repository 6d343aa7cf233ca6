using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Triggers;

namespace EdgeInspector.Inspection.Stations;

/// <summary>Challenge parts: they get their verdict and signal as any other, and count among none.</summary>
public sealed partial class Station
{
    /// <summary>Under this name a station complains of challenge parts that fared wrong, or did not come.</summary>
    public const string ChallengeComponent = "challenge";

    private static readonly TimeSpan ChallengesEvery = TimeSpan.FromSeconds(10);

    private ITimer? _challengesDue;

    /// <summary>Which parts are challenge parts, and how they fared.</summary>
    public ChallengeDesk Challenges { get; }

    private void StartChallenges()
    {
        if (Challenges.Asks)
            _challengesDue = _time.CreateTimer(_ => Challenges.Look(), null, TimeSpan.Zero, ChallengesEvery);
    }

    private void CountAccepted(Challenge challenge)
    {
        if (challenge == Challenge.None)
            Counters.CountTrigger();
        else
            Counters.CountChallenge();
    }

    private void ConcludeChallenge(Trigger trigger, in Answer answer)
    {
        if (trigger.Challenge == Challenge.None)
            return;
        try
        {
            Challenges.Conclude(new ChallengeResult(answer.At, trigger.Part, trigger.Challenge, answer.Verdict.Kind, answer.Action));
        }
#pragma warning disable CA1031 // Whoever listens may throw; the line goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _faults.Report($"telling of challenge part {trigger.Part} failed: {fault.Message}");
        }
    }

    private void ComplainOfChallenges(string? reason)
    {
        if (reason is null)
            Withdraw(ChallengeComponent);
        else
            Complain(ChallengeComponent, reason);
    }
}
