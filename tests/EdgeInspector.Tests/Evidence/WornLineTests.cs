using EdgeInspector.Capture.Cameras;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.SimulatedLine;
using OpenCvSharp;

namespace EdgeInspector.Tests.Evidence;

/// <summary>
/// Lamp, lens and camera of the simulated line wear while parts go by: somebody is told before a bad part passes because of it.
/// </summary>
public sealed class WornLineTests
{
    // So many parts go by while all is well.
    private const int Seed = 31_003, Sound = 30;

    [Fact]
    public void A_lamp_that_fades_is_told_before_a_part_is_lost_or_passes_because_of_it()
    {
        using var line = new WornLine("part-detector", new SimulatedOptions { LampFadesOver = 500 });
        line.Run(100, untilAlarm: true);
        Assert.True(line.AlarmAt > 0, $"{line}");
        Assert.True(line is { NoneAt: < 0, WrongPasses: 0 }, $"{line}");
    }

    /// <summary>Long; runs only when asked for by name.</summary>
    [Theory(Explicit = true)]
    [InlineData("part-classifier", "lamp")]
    [InlineData("part-classifier", "lens")]
    [InlineData("part-classifier", "camera")]
    [InlineData("part-detector", "lamp")]
    [InlineData("part-detector", "lens")]
    [InlineData("part-detector", "camera")]
    public void Whatever_wears_is_told_before_a_bad_part_passes_because_of_it(string model, string what)
    {
        using var line = new WornLine(model, what switch
        {
            "lamp" => new SimulatedOptions { LampFadesOver = 500 },
            "lens" => new SimulatedOptions { LensBlursOver = 500 },
            _ => new SimulatedOptions { PushedAfter = 100, PushedBy = 40 },
        });
        line.Run(500, untilAlarm: false);
        Console.WriteLine($"{model}, {what}: {line}");
        Assert.True(line.AlarmAt >= 0, "no alarm");
        Assert.Equal(0, line.WrongBeforeAlarm);
    }

    /// <summary>A line that wears, at a station with a reference; parts are counted from when it begins to wear.</summary>
    private sealed class WornLine(string model, SimulatedOptions wear) : IDisposable
    {
        private readonly JudgingStation _station = new(model, reference: SimulatedReference.Learnt),
            _blind = new(model, PictureOptions.Off);
        private readonly PartRenderer _sound = new();
        private readonly Mat _picture = new();
        private string? _alarm;
        private int _parts, _bad, _nones, _badPasses, _firstWrong = -1, _unseen, _firstUnseen = -1;

        /// <summary>The part after which there was an alarm.</summary>
        public int AlarmAt { get; private set; } = -1;

        /// <summary>The first part that got none because of its picture.</summary>
        public int NoneAt { get; private set; } = -1;

        /// <summary>Bad parts that passed, and would not have passed had nothing worn.</summary>
        public int WrongPasses { get; private set; }

        /// <summary>Those of them that passed before the alarm, the part of the alarm included.</summary>
        public int WrongBeforeAlarm { get; private set; }

        public void Run(int parts, bool untilAlarm)
        {
            Camera(new SimulatedOptions { Count = Sound }, (picture, _) => Assert.NotNull(_station.Inspect(picture)));
            Assert.True(_station.Alarm is null, $"While all was well: {_station.Alarm}");
            Camera(wear with { First = Sound, Count = parts }, (picture, part) =>
            {
                if (!untilAlarm || AlarmAt < 0)
                    Judge(picture, part);
            });
        }

        private static void Camera(SimulatedOptions options, Action<Mat, SimulatedPart> onPart) =>
            new SimulatedCamera(options with { Seed = Seed, AsFastAsConsumed = true }).Run(
                (image, label, _, _) => onPart(image, PartLine.PartOf(label!)!), TestContext.Current.CancellationToken);

        private void Judge(Mat picture, SimulatedPart part)
        {
            int number = _parts++;
            _bad += part.IsGood ? 0 : 1;
            InspectedPart seen = _station.Inspect(picture);
            bool hadAlarm = AlarmAt >= 0;
            if (!hadAlarm && _station.Alarm is { } alarm)
                (AlarmAt, _alarm) = (number, alarm);
            if (seen.Verdict is { Kind: VerdictKind.None, Reason: NoneReason.Picture })
                NoneAt = _nones++ == 0 ? number : NoneAt;
            if (part.IsGood)
                return;
            bool passes = Passes(seen), wouldPass = passes || Passes(_blind.Inspect(picture));
            _badPasses += passes ? 1 : 0;
            if (!wouldPass)
                return;
            // Because of the wear: with a sound picture the model does not let it pass.
            _sound.Render(part, _picture);
            if (Passes(_blind.Inspect(_picture)))
                return;
            _firstUnseen = _unseen++ == 0 ? number : _firstUnseen;
            if (!passes)
                return;
            _firstWrong = WrongPasses++ == 0 ? number : _firstWrong;
            WrongBeforeAlarm += hadAlarm ? 0 : 1;
        }

        private static bool Passes(InspectedPart part) => part.Verdict.Kind == VerdictKind.Pass;

        public override string ToString() =>
            $"{_parts} parts, {_bad} of them bad; alarm after part {AlarmAt} ({_alarm}); "
            + $"first none because of the picture at part {NoneAt}, {_nones} in all; "
            + $"bad parts that passed {_badPasses}, of them because of the wear {WrongPasses}: "
            + $"{WrongBeforeAlarm} before the alarm, {WrongPasses - WrongBeforeAlarm} after it, the first at part {_firstWrong}; "
            + $"without a look at pictures {_unseen} would have passed because of the wear, the first at part {_firstUnseen}";

        public void Dispose()
        {
            _station.Dispose();
            _blind.Dispose();
            _sound.Dispose();
            _picture.Dispose();
        }
    }
}
