using System.ComponentModel.DataAnnotations;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Inspection.Tests.Challenges;

public sealed class ChallengeDeskTests
{
    private static readonly ChallengeOptions ThreeShifts = new()
    {
        BadParts = ["NOK-*"],
        GoodParts = ["OK-??"],
        At = ["06:00", "14:00", "22:00"],
        Grace = TimeSpan.FromMinutes(30),
    };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 5, 0, 0, TimeSpan.Zero));
    private readonly List<ChallengeNews> _news = [];
    private string? _complaint;

    private ChallengeDesk Desk(ChallengeOptions? options = null)
    {
        var desk = new ChallengeDesk(options ?? ThreeShifts, complaint => _complaint = complaint?.Text, _time);
        desk.Happened += _news.Add;
        return desk;
    }

    private ChallengeResult Result(Challenge known, VerdictKind verdict, GateAction? action = null) =>
        new(_time.GetUtcNow(), "C-1", known, verdict, action ?? (verdict == VerdictKind.Pass ? GateAction.Pass : GateAction.Reject));

    private void At(ChallengeDesk desk, int hour, int minute)
    {
        var now = _time.GetUtcNow();
        var then = new DateTimeOffset(now.Date.AddHours(hour).AddMinutes(minute), TimeSpan.Zero);
        _time.Advance((then <= now ? then.AddDays(1) : then) - now);
        desk.TellIfDue();
    }

    [Theory]
    [InlineData("NOK-7", Challenge.Bad)]
    [InlineData("NOK-", Challenge.Bad)]
    [InlineData("nok-7", Challenge.None)]
    [InlineData("X-NOK-7", Challenge.None)]
    [InlineData("OK-12", Challenge.Good)]
    [InlineData("OK-123", Challenge.None)]
    [InlineData("", Challenge.None)]
    [InlineData(null, Challenge.None)]
    public void A_part_is_known_by_its_id(string? part, Challenge known) => Assert.Equal(known, Desk().Take(part));

    [Fact]
    public void An_announcement_serves_for_one_part_by_its_id_or_the_next_one_and_not_for_ever()
    {
        ChallengeDesk desk = Desk(new ChallengeOptions { AnnouncedFor = TimeSpan.FromMinutes(10) });
        Assert.Null(desk.Standing);
        Assert.True(desk.Announce(Challenge.Good, "A-7", "mia", "shift"));
        Assert.Equal([Challenge.None, Challenge.Good, Challenge.None], new[] { desk.Take("A-6"), desk.Take("A-7"), desk.Take("A-7") });
        Assert.True(desk.Announce(Challenge.Bad, null, null, null));
        Assert.Equal([Challenge.Bad, Challenge.None], new[] { desk.Take(null), desk.Take("A-8") });
        Assert.True(desk.Announce(Challenge.Bad, null, null, null));
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(Challenge.None, desk.Take("A-9"));
        for (int i = 0; i < 16; i++)
            Assert.True(desk.Announce(Challenge.Bad, $"B-{i}", null, null));
        Assert.False(desk.Announce(Challenge.Bad, "B-16", null, null));
        Assert.Equal("mia", _news[0].By);
    }

    [Fact]
    public void Looking_whether_an_ordinary_part_is_one_allocates_nothing()
    {
        ChallengeDesk desk = Desk();
        desk.Take("A-4711");
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            desk.Take("A-4711");
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_part_is_asked_for_at_its_time_is_overdue_after_its_grace_and_settled_when_it_is_found()
    {
        ChallengeDesk desk = Desk();
        desk.TellIfDue();
        Assert.Null(desk.Standing!.DueSince);
        At(desk, 6, 1);
        Assert.Equal((6, false), (desk.Standing.DueSince!.Value.Hour, desk.Standing.IsOverdue));
        Assert.Null(_complaint);
        At(desk, 6, 31);
        Assert.True(desk.Standing.IsOverdue);
        Assert.Contains("The challenge part of 2026-11-23 06:00 has not come", _complaint, StringComparison.Ordinal);
        desk.Conclude(Result(Challenge.Bad, VerdictKind.Reject));
        Assert.Null(_complaint);
        Assert.Equal((null, false), (desk.Standing.DueSince, desk.Standing.IsOverdue));
        // A good one says nothing of whether bad ones are found.
        At(desk, 14, 5);
        desk.Conclude(Result(Challenge.Good, VerdictKind.Pass));
        Assert.NotNull(desk.Standing.DueSince);
        desk.Conclude(Result(Challenge.Bad, VerdictKind.Reject));
        Assert.Null(desk.Standing.DueSince);
        // A little early serves for its time.
        At(desk, 21, 50);
        desk.Conclude(Result(Challenge.Bad, VerdictKind.Reject));
        At(desk, 23, 0);
        Assert.Null(_complaint);
        // And over midnight.
        At(desk, 5, 59);
        Assert.Null(desk.Standing.DueSince);
        At(desk, 6, 40);
        Assert.NotNull(_complaint);
        Assert.Equal(["due", "overdue", "right", "due", "right", "right", "right", "overdue"], _news.Select(news => news.What));
    }

    [Fact]
    public void One_that_passes_is_wrong_until_one_is_found_and_none_says_neither()
    {
        ChallengeDesk desk = Desk();
        desk.Conclude(Result(Challenge.Bad, VerdictKind.Pass));
        Assert.Contains("The known-bad part C-1 passed", _complaint, StringComparison.Ordinal);
        Assert.Null(desk.Refusal);
        desk.Conclude(Result(Challenge.Bad, VerdictKind.None));
        Assert.NotNull(_complaint);
        desk.Conclude(Result(Challenge.Good, VerdictKind.Reject));
        Assert.Contains("The known-good part C-1 did not pass", _complaint, StringComparison.Ordinal);
        desk.Conclude(Result(Challenge.Bad, VerdictKind.Review));
        Assert.DoesNotContain("known-bad", _complaint, StringComparison.Ordinal);
        desk.Conclude(Result(Challenge.Good, VerdictKind.Pass));
        Assert.Null(_complaint);
        Assert.Equal(["wrong", "noVerdict", "wrong", "right", "right"], _news.Select(news => news.What));
    }

    [Fact]
    public void A_doubt_that_the_gate_lets_pass_is_no_find() =>
        Assert.False(Result(Challenge.Bad, VerdictKind.Review, GateAction.Pass).IsRight);

    [Fact]
    public void By_setting_no_other_part_gets_a_verdict_until_one_succeeds_also_over_a_restart()
    {
        ChallengeOptions strict = ThreeShifts with { AnswerNone = true };
        ChallengeDesk desk = Desk(strict);
        desk.Conclude(Result(Challenge.Bad, VerdictKind.Pass));
        Assert.Contains("each other part gets none", desk.Refusal, StringComparison.Ordinal);
        ChallengeDesk after = Desk(strict);
        after.TakeUp(desk.Memory);
        Assert.Equal(desk.Refusal, after.Refusal);
        after.Conclude(Result(Challenge.Bad, VerdictKind.Reject));
        Assert.Null(after.Refusal);
        Assert.Null(_complaint);
    }

    [Fact]
    public void A_restart_neither_forgets_what_is_due_nor_misses_what_was_before_the_first_start()
    {
        ChallengeDesk desk = Desk();
        At(desk, 6, 10);
        Assert.NotNull(desk.Standing!.DueSince);
        _time.Advance(TimeSpan.FromHours(1));
        ChallengeDesk after = Desk();
        after.TakeUp(desk.Memory);
        Assert.True(after.Standing!.IsOverdue);
        ChallengeDesk first = Desk();
        first.TellIfDue();
        Assert.Null(first.Standing!.DueSince);
    }

    [Fact]
    public void One_that_never_came_stays_overdue_over_all_later_times_until_one_is_found()
    {
        ChallengeDesk desk = Desk(ThreeShifts with { AnswerNone = true });
        desk.TellIfDue();
        At(desk, 6, 40);
        Assert.NotNull(desk.Refusal);
        foreach ((int hour, int minute) in new[] { (13, 59), (14, 1), (14, 20), (22, 5), (6, 5) })
        {
            At(desk, hour, minute);
            Assert.NotNull(desk.Refusal);
            Assert.True(desk.Standing!.IsOverdue);
            Assert.Contains("2026-11-23 06:00", _complaint, StringComparison.Ordinal);
        }
        desk.Conclude(Result(Challenge.Bad, VerdictKind.Reject));
        Assert.Null(desk.Refusal);
        Assert.Null(desk.Standing!.DueSince);
        Assert.Equal(["overdue", "right"], _news.Select(news => news.What));
    }

    [Fact]
    public void A_grace_that_is_longer_than_the_time_to_the_next_set_time_ends_all_the_same()
    {
        ChallengeDesk desk = Desk(ThreeShifts with { Grace = TimeSpan.FromHours(10) });
        desk.TellIfDue();
        At(desk, 6, 1);
        At(desk, 14, 1);
        Assert.Equal((6, false), (desk.Standing!.DueSince!.Value.Hour, desk.Standing.IsOverdue));
        At(desk, 16, 1);
        Assert.True(desk.Standing.IsOverdue);
    }

    [Fact]
    public void One_that_passed_makes_no_earlier_find_undone()
    {
        ChallengeDesk desk = Desk();
        At(desk, 6, 5);
        desk.Conclude(Result(Challenge.Bad, VerdictKind.Reject));
        At(desk, 10, 0);
        desk.Conclude(Result(Challenge.Bad, VerdictKind.Pass));
        Assert.Null(desk.Standing!.DueSince);
        Assert.Contains("passed", _complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void Set_times_that_are_new_ask_from_now_on()
    {
        ChallengeDesk before = Desk(ThreeShifts with { At = [] });
        before.Conclude(Result(Challenge.Bad, VerdictKind.Reject));
        _time.Advance(TimeSpan.FromDays(20));
        ChallengeDesk after = Desk();
        after.TakeUp(before.Memory);
        Assert.Equal((null, false), (after.Standing!.DueSince, after.Standing.IsOverdue));
        At(after, 6, 31);
        Assert.True(after.Standing.IsOverdue);
    }

    [Fact]
    public void An_announced_part_is_known_after_a_restart_too_and_one_that_had_come_serves_no_second_time()
    {
        ChallengeOptions options = new() { AnnouncedFor = TimeSpan.FromMinutes(10) };
        ChallengeDesk before = Desk(options);
        before.Announce(Challenge.Bad, "GOLD-1", null, null);
        before.Announce(Challenge.Bad, null, null, null);
        _time.Advance(TimeSpan.FromMinutes(4));
        ChallengeDesk after = Desk(options);
        after.TakeUp(before.Memory);
        after.Recover(new ChallengeResult(_time.GetUtcNow(), "A-1", Challenge.Bad, VerdictKind.Pass, GateAction.Pass));
        Assert.Contains("A-1 passed", _complaint, StringComparison.Ordinal);
        Assert.Equal([Challenge.None, Challenge.Bad, Challenge.None], new[] { after.Take("A-2"), after.Take("GOLD-1"), after.Take("A-3") });
        ChallengeDesk late = Desk(options);
        _time.Advance(TimeSpan.FromMinutes(7));
        late.TakeUp(before.Memory);
        Assert.Equal(Challenge.None, late.Take("GOLD-1"));
    }

    [Theory]
    [InlineData("25:00", "NOK-1")]
    [InlineData("six", "NOK-1")]
    [InlineData("06:00", "*")]
    [InlineData("06:00", " ")]
    public void Settings_that_can_not_be_meant_are_refused(string at, string part)
    {
        var options = new ChallengeOptions { At = [at], BadParts = [part] };
        Assert.NotEmpty(options.Validate(new ValidationContext(options)));
    }

    [Fact]
    public void A_part_that_is_named_as_bad_and_as_good_is_refused()
    {
        ChallengeOptions options = ThreeShifts with { GoodParts = ["X", "NOK-*"] };
        Assert.Contains("'NOK-*'", Assert.Single(options.Validate(new ValidationContext(options))).ErrorMessage, StringComparison.Ordinal);
    }
}
