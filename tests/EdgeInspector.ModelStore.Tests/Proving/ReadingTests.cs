using System.Text.Json;
using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Proving;

namespace EdgeInspector.ModelStore.Tests.Proving;

public sealed class ReadingTests
{
    private static NetworkReading Known { get; } = new(
        new PreprocessingOptions
        {
            ColourOrder = ColourOrder.Rgb,
            Range = ValueRange.ZeroToOne,
            Mean = [0.485f, 0.456f, 0.406f],
            Std = [0.229f, 0.224f, 0.225f],
            Crop = CropMethod.OneCropCenter,
            Resize = ResizeMethod.ByShorterSide,
            TargetWidth = 256,
            TargetHeight = 256,
            Interpolation = Interpolation.Linear,
        },
        ScoreKind.Softmax);

    [Fact]
    public void The_known_reading_comes_first_and_every_other_differs_from_all_before()
    {
        IReadOnlyList<NetworkReading> all = PossibleReadings.Around(Known, new PictureInput(224, 224, false));
        Assert.Same(Known.Preprocessing, all[0].Preprocessing);
        Assert.Equal(2 * 4 * 4, all.Count);
        for (int i = 0; i < all.Count; i++)
            Assert.DoesNotContain(all.Take(i), earlier => PossibleReadings.IsSame(earlier, all[i]));
        Assert.Equal(2 * 4 * 5, PossibleReadings.Around(Known with
        {
            Preprocessing = Known.Preprocessing with
            {
                TargetWidth = 300,
                TargetHeight = 300
            }
        }, new PictureInput(224, 224, false)).Count);
        Assert.Equal(4 * 4, PossibleReadings.Around(Known, new PictureInput(224, 224, true)).Count);
    }

    [Fact]
    public void Mean_and_deviation_go_with_their_colours()
    {
        NetworkReading blueFirst = PossibleReadings.Around(Known, new PictureInput(224, 224, false)).First(r =>
            r.Preprocessing.ColourOrder == ColourOrder.Bgr && r.Preprocessing.Mean![0] != 0);
        Assert.Equal([0.406f, 0.456f, 0.485f], blueFirst.Preprocessing.Mean!);
        Assert.Equal([0.225f, 0.224f, 0.229f], blueFirst.Preprocessing.Std!);
    }

    [Fact]
    public void A_network_of_any_size_keeps_the_size_in_force()
    {
        foreach (NetworkReading reading in PossibleReadings.Around(
            Known with { Preprocessing = Known.Preprocessing with { CropWidth = 224, CropHeight = 224 } }, new PictureInput(0, 0, false)))
        {
            PreprocessingOptions options = reading.Preprocessing;
            Assert.Equal(224, options.Crop == CropMethod.OneCropCenter ? options.CropWidth : options.TargetWidth);
        }
    }

    [Fact]
    public void What_is_printed_to_paste_means_the_same_in_a_package()
    {
        NetworkReading other = Known with { Scores = ScoreKind.Sigmoid };
        foreach (NetworkReading reading in PossibleReadings.Around(Known, new PictureInput(224, 224, false)))
        {
            string lines = ReadingBlock.Lines(ReadingBlock.Of(reading, other));
            PackageSettings settings = JsonSerializer.Deserialize<PackageSettings>("{" + lines + "}", PackageSettingsFile.Json)!;
            Assert.Equal(ScoreKind.Softmax, settings.Classifier.Scores);
            if (PossibleReadings.IsSame(reading, Known))
                Assert.Null(settings.Preprocessing.Range);
            else
                Assert.True(PossibleReadings.IsSame(reading,
                    new NetworkReading(settings.Preprocessing with { Interpolation = Interpolation.Linear }, ScoreKind.Softmax)), lines);
        }
    }

    [Fact]
    public void One_line_says_only_what_differs()
    {
        NetworkReading wanted = Known with { Preprocessing = Known.Preprocessing with { Range = ValueRange.ZeroTo255 } };
        Assert.Equal("\"Preprocessing\": { \"Range\": \"ZeroTo255\" }", ReadingBlock.OneLine(wanted, Known));
    }
}
