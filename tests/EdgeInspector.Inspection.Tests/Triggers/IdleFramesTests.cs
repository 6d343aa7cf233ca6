using System.ComponentModel.DataAnnotations;
using EdgeInspector.Inspection.Triggers;

namespace EdgeInspector.Inspection.Tests.Triggers;

public sealed class IdleFramesTests : IDisposable
{
    private readonly NoisyConveyor _conveyor = new();

    public void Dispose() => _conveyor.Dispose();

    private IdleFrames Create(TriggerCondition when, TimeSpan atLeastEvery = default) =>
        new(new TriggerOptions { When = when, AtLeastEvery = atLeastEvery }, _conveyor.Time);

    /// <summary>Shows a picture and inspects it unless it is idle; true when it was inspected.</summary>
    private bool Inspects(IdleFrames idle, double left = 0, double right = 0) => _conveyor.Show(
        (in picture) =>
        {
            if (idle.IsIdle(picture, picture.CapturedAt))
                return false;
            idle.Inspect(picture.CapturedAt);
            return true;
        },
        left,
        right);

    private int Inspected(IdleFrames idle, int frames, double left = 0, double right = 0) =>
        Enumerable.Range(0, frames).Count(_ => Inspects(idle, left, right));

    [Fact]
    public void Of_a_scene_that_does_not_change_only_the_first_frame_is_inspected_in_spite_of_noise()
    {
        _conveyor.Noise = 15;
        IdleFrames idle = Create(TriggerCondition.Changed);
        Assert.True(Inspects(idle));
        Assert.Equal(0, Inspected(idle, 500));
    }

    [Fact]
    public void A_part_that_is_put_down_and_taken_away_is_a_change_twice()
    {
        IdleFrames idle = Create(TriggerCondition.Changed);
        Inspects(idle);
        for (int part = 0; part < 3; part++)
        {
            Assert.True(Inspects(idle, 0.3, 0.7));
            Assert.Equal(0, Inspected(idle, 50, 0.3, 0.7));
            Assert.True(Inspects(idle));
            Assert.Equal(0, Inspected(idle, 50));
        }
    }

    [Fact]
    public void A_change_that_nobody_inspected_remains_one()
    {
        IdleFrames idle = Create(TriggerCondition.Changed);
        Inspects(idle);
        for (int i = 0; i < 20; i++)
            Assert.False(_conveyor.Show((in picture) => idle.IsIdle(picture, picture.CapturedAt), 0.3, 0.7));
        Assert.True(Inspects(idle, 0.3, 0.7));
    }

    [Fact]
    public void Light_that_changes_slowly_is_no_change()
    {
        IdleFrames idle = Create(TriggerCondition.Changed);
        Inspects(idle);
        for (int i = 0; i < 400; i++, _conveyor.Belt += 0.03)
            Assert.False(Inspects(idle));
        _conveyor.Size = (320, 200);
        Assert.False(Inspects(idle));
    }

    [Fact]
    public void While_a_part_is_there_every_frame_is_inspected_and_none_while_the_conveyor_is_empty()
    {
        IdleFrames idle = Create(TriggerCondition.Occupied);
        Assert.Equal(0, Inspected(idle, 50));
        Assert.Equal(50, Inspected(idle, 50, 0.3, 0.7));
        Assert.Equal(0, Inspected(idle, 50));
    }

    [Theory]
    [InlineData(TriggerCondition.Occupied)]
    [InlineData(TriggerCondition.Changed)]
    public void After_the_longest_time_without_an_inspection_one_frame_is_inspected_whatever_it_shows(TriggerCondition when)
    {
        IdleFrames idle = Create(when, TimeSpan.FromSeconds(1));
        Assert.Equal(when == TriggerCondition.Changed, Inspects(idle));
        for (int second = 0; second < 3; second++)
        {
            Assert.Equal(0, Inspected(idle, 19));
            Assert.InRange(idle.LargestDifference, 0.001, 0.05);
            Assert.True(Inspects(idle));
            Assert.Equal(0, idle.LargestDifference);
        }
    }

    [Fact]
    public void A_frame_that_is_overdue_stays_so_until_one_is_inspected()
    {
        IdleFrames idle = Create(TriggerCondition.Occupied, TimeSpan.FromSeconds(1));
        Inspected(idle, 20);
        Assert.False(_conveyor.Show((in picture) => idle.IsIdle(picture, picture.CapturedAt)));
        Assert.True(idle.IsOverdue);
        Assert.True(Inspects(idle));
        Assert.False(idle.IsOverdue);
    }

    [Theory]
    [InlineData(TriggerKind.Mqtt, "the PLC says that a part is there")]
    [InlineData(TriggerKind.Presence, "already waits for a part")]
    public void A_condition_for_triggers_that_say_themselves_that_a_part_is_there_is_refused_and_told_why(TriggerKind kind, string why)
    {
        var options = new TriggerOptions { Kind = kind, When = TriggerCondition.Changed };
        ValidationResult problem = Assert.Single(options.Validate(new ValidationContext(options)));
        Assert.Contains(why, problem.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal([nameof(TriggerOptions.When)], problem.MemberNames);
    }

    [Theory]
    [InlineData(TriggerKind.EveryFrame, TriggerCondition.Occupied)]
    [InlineData(TriggerKind.Interval, TriggerCondition.Changed)]
    [InlineData(TriggerKind.Mqtt, TriggerCondition.Always)]
    public void A_condition_for_the_camera_and_the_clock_is_allowed(TriggerKind kind, TriggerCondition when)
    {
        var options = new TriggerOptions { Kind = kind, When = when };
        Assert.Empty(options.Validate(new ValidationContext(options)));
    }
}
