namespace EdgeInspector.Inspection.Stations;

/// <summary>What became of a part, as far as that tells why other parts get no verdict.</summary>
internal enum AnswerKind : byte
{
    /// <summary>The part got a verdict.</summary>
    Verdict,

    /// <summary>No picture came in time.</summary>
    NoPicture,

    /// <summary>The model was at work when the deadline came.</summary>
    Judging,

    /// <summary>The part got no turn, since others were before it.</summary>
    Queued,

    /// <summary>The part could not be judged: the model or the station failed.</summary>
    Failed,

    /// <summary>The part's picture was no evidence.</summary>
    Refused,
}

/// <summary>
/// The last parts and how many of them got no verdict, whatever the reason. Reasons alternate when a station is just too slow,
/// so three alike in a row may never come. Not thread-safe.
/// </summary>
internal sealed class RecentAnswers
{
    /// <summary>How many parts are looked at.</summary>
    public const int Kept = 20;

    private const int AlarmAt = 4, WellAt = 1;

    private readonly AnswerKind[] _kinds = new AnswerKind[Kept];
    private readonly long[] _times = new long[Kept];
    private readonly int[] _counts = new int[6];
    private int _next;

    /// <summary>How many parts are known; at most <see cref="Kept"/>.</summary>
    public int Known { get; private set; }

    /// <summary>How many of the known parts got no verdict.</summary>
    public int None => Known - _counts[(int)AnswerKind.Verdict];

    /// <summary>True from when a fifth of the parts got no verdict until at most one did not.</summary>
    public bool IsAlarm { get; private set; }

    /// <summary>How many of the known parts have an answer of this kind.</summary>
    public int Count(AnswerKind kind) => _counts[(int)kind];

    /// <summary>The usual time between two triggers, in ticks; 0 while fewer than two triggers are known.</summary>
    public long Between =>
        Known < 2 ? 0 : Math.Max(0, (_times[(_next + Kept - 1) % Kept] - _times[(_next + Kept - Known) % Kept]) / (Known - 1));

    /// <summary>How many of the known triggers came less than so many ticks after the one before.</summary>
    public int CloserThan(long ticks)
    {
        // Answers are not in the order of triggers: a part that is refused at its trigger is answered before the parts that wait.
        Span<long> times = stackalloc long[Kept];
        times = times[..Known];
        _times.AsSpan(0, Known).CopyTo(times);
        times.Sort();
        int closer = 0;
        for (int i = 1; i < Known; i++)
            closer += times[i] - times[i - 1] < ticks ? 1 : 0;
        return closer;
    }

    /// <summary>Adds the answer to one more part.</summary>
    /// <param name="kind">The kind of the answer.</param>
    /// <param name="at">The time of the part's trigger.</param>
    public void Add(AnswerKind kind, long at)
    {
        if (Known == Kept)
            _counts[(int)_kinds[_next]]--;
        else
            Known++;
        _kinds[_next] = kind;
        _times[_next] = at;
        _counts[(int)kind]++;
        _next = (_next + 1) % Kept;
        IsAlarm = IsAlarm ? None > WellAt : None >= AlarmAt;
    }

    /// <summary>Forgets the answers, since another model runs.</summary>
    public void Forget()
    {
        Array.Clear(_counts);
        (Known, _next, IsAlarm) = (0, 0, false);
    }
}
