using System.Globalization;
using System.IO.Enumeration;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Inspection.Challenges;

/// <summary>
/// Knows which parts of a station are challenge parts, how they fared, and whether one is due. Thread-safe. For an ordinary part it
/// allocates nothing.
/// </summary>
/// <param name="options">Validated.</param>
/// <param name="complain">Told what is wrong, and null when nothing is wrong any more.</param>
/// <param name="time">The clock.</param>
public sealed class ChallengeDesk(ChallengeOptions options, Action<Said?> complain, TimeProvider time)
{
    private const int MostAnnounced = 16;

    private readonly Lock _gate = new();
    private readonly string[] _bad = [.. options.BadParts], _good = [.. options.GoodParts];
    private readonly IReadOnlyList<TimeOnly> _times = options.Times;
    private readonly string _at = AsText(options.At);

    // Under _gate
    private readonly List<Announced> _announced = [];
    private ChallengeMemory _memory = new(time.GetUtcNow(), null, null, At: AsText(options.At));
    private DateTimeOffset? _dueSince;
    private bool _isOverdue;

    private volatile bool _isAnyAnnounced;
    private volatile string? _refusal;

    /// <summary>Raised after something happened, on the thread on which it did; must not block.</summary>
    public event Action<ChallengeNews>? Happened;

    /// <summary>Why ordinary parts get no verdict, in a sentence; null while they get verdicts.</summary>
    public string? Refusal => _refusal;

    /// <summary>True where parts are asked for at set times, so that <see cref="TellIfDue"/> must be called now and then.</summary>
    public bool Asks => _times.Count > 0;

    /// <summary>What is to be kept over a restart.</summary>
    public ChallengeMemory Memory
    {
        get
        {
            lock (_gate)
                return _memory with { Announced = _announced.Count == 0 ? null : [.. _announced.Select(one => one.Kept)] };
        }
    }

    /// <summary>How the station stands; null where nobody uses challenge parts.</summary>
    public ChallengeStanding? Standing
    {
        get
        {
            lock (_gate)
            {
                ChallengeResult? last = (_memory.Bad?.At ?? default) >= (_memory.Good?.At ?? default) ? _memory.Bad : _memory.Good;
                return _times.Count + _bad.Length + _good.Length == 0 && last is null && _announced.Count == 0
                    ? null
                    : new(_dueSince, _isOverdue, last);
            }
        }
    }

    /// <summary>Goes on with what was known when the agent ended. Called once, before the station starts.</summary>
    /// <param name="memory">What was kept.</param>
    public void TakeUp(ChallengeMemory memory)
    {
        lock (_gate)
        {
            // If the set times have changed while no agent ran, parts are due from now on.
            bool areTheSame = memory.At == _at || (memory.At is null && _times.Count == 0);
            _memory = areTheSame ? memory : memory with { Since = time.GetUtcNow(), At = _at };
            foreach (AnnouncedPart one in memory.Announced ?? [])
                _announced.Add(new Announced(one, time.GetTimestamp() - AgeOf(one)));
            Forget();
        }
        TellIfDue();
        Tell();
    }

    /// <summary>Says what is known of a part that has just come. An announcement serves for one part.</summary>
    /// <param name="part">The part's id; null where the part has none yet.</param>
    public Challenge Take(string? part)
    {
        if (_isAnyAnnounced && TakeAnnounced(part) is var announced and not Challenge.None)
            return announced;
        return part is null ? Challenge.None
            : Fits(_bad, part) ? Challenge.Bad
            : Fits(_good, part) ? Challenge.Good
            : Challenge.None;
    }

    /// <summary>Announces a challenge part.</summary>
    /// <param name="known">What is known of the part.</param>
    /// <param name="part">The part's id; null: the next part that comes.</param>
    /// <param name="by">Who announces the part.</param>
    /// <param name="why">Why.</param>
    /// <returns>False when too many are announced already.</returns>
    public bool Announce(Challenge known, string? part, string? by, string? why)
    {
        lock (_gate)
        {
            Forget();
            if (_announced.Count >= MostAnnounced)
                return false;
            _announced.Add(new Announced(new AnnouncedPart(known, part, time.GetUtcNow()), time.GetTimestamp()));
            _isAnyAnnounced = true;
        }
        Happened?.Invoke(new ChallengeNews("announced", time.GetUtcNow(), known, part, by, why));
        return true;
    }

    /// <summary>
    /// Takes the verdict on a challenge part that an earlier agent judged; that agent was killed before it could note the verdict.
    /// </summary>
    public void Recover(ChallengeResult result)
    {
        lock (_gate)
        {
            // An announcement in the kept memory may be the one that has served for this part.
            int at = _announced.FindIndex(one => one.Kept.Known == result.Known && (one.Kept.Part ?? result.Part) == result.Part);
            if (at >= 0)
                _announced.RemoveAt(at);
            Forget();
        }
        Conclude(result);
    }

    /// <summary>Takes the verdict on a challenge part, after its signal.</summary>
    public void Conclude(ChallengeResult result)
    {
        lock (_gate)
            _memory = _memory.With(result);
        string what = result.IsRight switch { true => "right", false => "wrong", null => "noVerdict" };
        Tell();
        Happened?.Invoke(new ChallengeNews(
            what, result.At, result.Known, result.Part, null, result.IsRight == false ? Wrong(result).Text : null));
        TellIfDue();
    }

    /// <summary>Looks whether a part is due or overdue by now.</summary>
    public void TellIfDue()
    {
        if (_times.Count == 0)
            return;
        DateTimeOffset now = time.GetUtcNow();
        ChallengeNews? news = null;
        lock (_gate)
        {
            DateTimeOffset first = FirstUnmet();
            bool isDue = first <= now;
            bool isOverdue = isDue && now - first >= options.Grace;
            if (isOverdue && !_isOverdue)
                news = new ChallengeNews("overdue", now, Challenge.Bad, null, null, Overdue(first).Text);
            else if (isDue && _dueSince is null)
                news = new ChallengeNews("due", now, Challenge.Bad, null, null, null);
            else if (isDue == _dueSince is not null && isOverdue == _isOverdue)
                return;
            _dueSince = isDue ? first : null;
            _isOverdue = isOverdue;
        }
        Tell();
        if (news is not null)
            Happened?.Invoke(news);
    }

    private void Tell()
    {
        Said? wrong = null;
        lock (_gate)
        {
            var all = new List<Said>();
            if (_memory.Bad is { IsRight: false } bad)
                all.Add(Wrong(bad));
            if (_memory.Good is { IsRight: false } good)
                all.Add(Wrong(good));
            if (_isOverdue)
                all.Add(Overdue(_dueSince!.Value));
            if (all.Count > 0)
                wrong = (options.AnswerNone ? ChallengeWordings.Refusing : ChallengeWordings.Wrong).Of(all);
            _refusal = options.AnswerNone ? wrong?.Text : null;
        }
        complain(wrong);
    }

    private Said Wrong(ChallengeResult result) =>
        (result.Known == Challenge.Bad ? ChallengeWordings.BadPassed : ChallengeWordings.GoodStopped).Of(result.Part, Local(result.At));

    private Said Overdue(DateTimeOffset since) => ChallengeWordings.Overdue.Of(Local(since));

    private string Local(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>
    /// The first set time for which no part was found; that time may still be to come. A part that comes a little before a set time serves
    /// for it: half of the grace is early enough. Under the gate.
    /// </summary>
    private DateTimeOffset FirstUnmet()
    {
        DateTimeOffset after = _memory.Since;
        if (_memory.LastFound is { } found && found + options.Grace / 2 is var served && served > after)
            after = served;
        DateTimeOffset local = TimeZoneInfo.ConvertTime(after, time.LocalTimeZone);
        // At the ends of the calendar the clock must be wrong, so nothing is due.
        if (local.Year is 1 or 9999)
            return DateTimeOffset.MaxValue;
        for (int day = 0; ; day++)
        {
            foreach (TimeOnly set in _times)
            {
                DateTime at = local.Date.AddDays(day) + set.ToTimeSpan();
                // A time that the clock leaves out in spring is met when the clock has gone past it.
                while (time.LocalTimeZone.IsInvalidTime(at))
                    at = at.AddMinutes(1);
                var moment = new DateTimeOffset(at, time.LocalTimeZone.GetUtcOffset(at));
                if (moment > after)
                    return moment;
            }
        }
    }

    private Challenge TakeAnnounced(string? part)
    {
        lock (_gate)
        {
            Forget();
            for (int i = 0; i < _announced.Count; i++)
            {
                AnnouncedPart one = _announced[i].Kept;
                if (one.Part is not null && one.Part != part)
                    continue;
                _announced.RemoveAt(i);
                _isAnyAnnounced = _announced.Count > 0;
                return one.Known;
            }
            return Challenge.None;
        }
    }

    // Forgets announced parts that did not come in time. Under the gate.
    private void Forget()
    {
        for (int i = _announced.Count - 1; i >= 0; i--)
        {
            if (time.GetElapsedTime(_announced[i].At) > options.AnnouncedFor)
                _announced.RemoveAt(i);
        }
        _isAnyAnnounced = _announced.Count > 0;
    }

    private static bool Fits(string[] patterns, string part)
    {
        foreach (string pattern in patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, part, ignoreCase: false))
                return true;
        }
        return false;
    }

    private static string AsText(IReadOnlyList<string> times) => string.Join(' ', times);

    private long AgeOf(AnnouncedPart one) =>
        (long)(Math.Max(0, (time.GetUtcNow() - one.At).TotalSeconds) * time.TimestampFrequency);

    private readonly record struct Announced(AnnouncedPart Kept, long At);
}
