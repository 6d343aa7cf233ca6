using EdgeInspector.Inference;

namespace EdgeInspector.ModelStore.Proving;

/// <summary>
/// The readings that a package could mean: both orders of colours, the usual ranges of values, and the usual ways from a picture to the
/// network's size, each combined with each; the reading in force is among them.
/// </summary>
internal static class PossibleReadings
{
    // ImageNet's mean and deviation, red first, in 0..1 (torchvision's documentation of its models).
    private static readonly float[] ImageNetMean = [0.485f, 0.456f, 0.406f], ImageNetStd = [0.229f, 0.224f, 0.225f];
    private static readonly float[] NoMean = [0, 0, 0], NoStd = [1, 1, 1];

    /// <summary>All readings, with the scores read as in the given reading, which comes first.</summary>
    /// <param name="base">The reading in force, or any other that fits the network.</param>
    /// <param name="input">What the network takes.</param>
    public static IReadOnlyList<NetworkReading> Around(NetworkReading @base, PictureInput input)
    {
        PreprocessingOptions known = @base.Preprocessing;
        ColourOrder first = known.ColourOrder!.Value;
        ColourOrder[] orders = input.IsGrey ? [first] : [first, first == ColourOrder.Bgr ? ColourOrder.Rgb : ColourOrder.Bgr];
        return
        [
            .. from geometry in Geometries(known, input)
               from values in Values(known)
               from order in orders
               select @base with { Preprocessing = In(order, values(geometry), known) },
        ];
    }

    private static IEnumerable<PreprocessingOptions> Geometries(PreprocessingOptions known, PictureInput input)
    {
        int width = input.Width > 0 ? input.Width : known.CropWidth ?? known.TargetWidth!.Value;
        int height = input.Height > 0 ? input.Height : known.CropHeight ?? known.TargetHeight!.Value;
        bool isFixed = input is { Width: > 0, Height: > 0 };
        PreprocessingOptions plain = known with
        {
            Crop = CropMethod.NoCrop,
            Resize = ResizeMethod.Stretch,
            TargetWidth = isFixed ? null : width,
            TargetHeight = isFixed ? null : height,
            CropWidth = null,
            CropHeight = null,
        };
        PreprocessingOptions[] usual =
        [
            plain,
            plain with { Crop = CropMethod.FullImageShorterSide },
            plain with
            {
                Crop = CropMethod.OneCropCenter,
                Resize = ResizeMethod.ByShorterSide,
                // Like most trainers of classifiers: 256 for a network of 224.
                TargetWidth = Math.Min(4096, (int)Math.Round(width * 256 / 224.0)),
                TargetHeight = Math.Min(4096, (int)Math.Round(height * 256 / 224.0)),
                CropWidth = input.Width > 0 ? null : width,
                CropHeight = input.Height > 0 ? null : height,
            },
            plain with { Resize = ResizeMethod.Letterbox },
        ];
        return usual.Where(geometry => !IsSameGeometry(geometry, known)).Prepend(known);
    }

    private static bool IsSameGeometry(PreprocessingOptions one, PreprocessingOptions other) =>
        (one.Crop, one.Resize, one.TargetWidth, one.TargetHeight) == (other.Crop, other.Resize, other.TargetWidth, other.TargetHeight);

    private static IEnumerable<Func<PreprocessingOptions, PreprocessingOptions>> Values(PreprocessingOptions known)
    {
        (ValueRange Range, float[] Mean, float[] Std)[] usual =
        [
            (ValueRange.ZeroToOne, NoMean, NoStd), (ValueRange.ZeroTo255, NoMean, NoStd), (ValueRange.MinusOneToOne, NoMean, NoStd),
            (ValueRange.ZeroToOne, ImageNetMean, ImageNetStd),
        ];
        yield return geometry => geometry;
        foreach ((ValueRange range, float[] mean, float[] std) in usual)
        {
            if (range != known.Range || !IsAlike(mean, known.Mean!) || !IsAlike(std, known.Std!))
                yield return geometry => geometry with { Range = range, Mean = InOrder(mean, known), Std = InOrder(std, known) };
        }
    }

    /// <summary>The reading with the other order of colours: mean and deviation go with their colours.</summary>
    private static PreprocessingOptions In(ColourOrder order, PreprocessingOptions reading, PreprocessingOptions known) =>
        order == known.ColourOrder
        ? reading
        : reading with { ColourOrder = order, Mean = [.. reading.Mean!.Reverse()], Std = [.. reading.Std!.Reverse()] };

    private static float[] InOrder(float[] redFirst, PreprocessingOptions known) => known.ColourOrder == ColourOrder.Bgr
        ? [.. redFirst.Reverse()]
        : redFirst;

    /// <summary>True for the known reading's mean or deviation in either order: then the list has it already.</summary>
    private static bool IsAlike(float[] redFirst, IReadOnlyList<float> known) =>
        IsSame(redFirst, known) || IsSame(redFirst, [.. known.Reverse()]);

    private static bool IsSame(IReadOnlyList<float> one, IReadOnlyList<float> other) =>
        one.Zip(other).All(pair => Math.Abs(pair.First - pair.Second) < 1e-3f);

    /// <summary>True when both mean the same.</summary>
    public static bool IsSame(NetworkReading one, NetworkReading other) => one.Scores == other.Scores
        && one.Preprocessing with { Mean = null, Std = null } == (other.Preprocessing with { Mean = null, Std = null })
        && IsSame(one.Preprocessing.Mean!, other.Preprocessing.Mean!) && IsSame(one.Preprocessing.Std!, other.Preprocessing.Std!);
}
