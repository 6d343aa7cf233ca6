namespace EdgeInspector.ModelStore.Proving;

/// <summary>Two readings on the same pictures.</summary>
/// <param name="RightMore">Pictures on which only the first is right.</param>
/// <param name="RightLess">Pictures on which only the second is right.</param>
/// <param name="ChanceOfRight">How likely so large a difference of the two is by chance, 0..1; allowed for that the best of many readings
/// is looked at.</param>
/// <param name="LikelierOn">Pictures on which the first gives clearly more probability to what the picture shows: a tenth more, or
/// above.</param>
/// <param name="LessLikelyOn">Pictures on which the second does.</param>
/// <param name="ChanceOfLikelier">How likely so large a difference of these two is by chance; the same allowance.</param>
public sealed record Comparison(
    int RightMore, int RightLess, double ChanceOfRight, int LikelierOn, int LessLikelyOn, double ChanceOfLikelier)
{
    /// <summary>A difference that chance makes less often than this is taken for one.</summary>
    public const double Significant = 0.05;

    // Smaller differences mean nothing to a station, however regular they are.
    private const double Clearly = 0.1;

    /// <summary>True when the first is right on more pictures, more than by chance.</summary>
    public bool IsRightMoreOften => RightMore > RightLess && ChanceOfRight < Significant;

    /// <summary>True when the first gives more probability to what pictures show, more than by chance, and is not right on fewer.</summary>
    public bool IsSurer => LikelierOn > LessLikelyOn && RightMore >= RightLess && ChanceOfLikelier < Significant;

    /// <summary>True when the first fits better in one of the two ways.</summary>
    public bool IsClear => IsRightMoreOften || IsSurer;

    /// <summary>Compares two readings.</summary>
    /// <param name="first">The one that may be better.</param>
    /// <param name="second">The one in force.</param>
    /// <param name="readings">How many readings are held against the one in force: the best of many looks good by chance (Bonferroni's
    /// correction).</param>
    public static Comparison Of(ReadingScore first, ReadingScore second, int readings)
    {
        int rightMore = 0, rightLess = 0, likelier = 0, lessLikely = 0;
        for (int i = 0; i < first.RightOn.Count; i++)
        {
            rightMore += first.RightOn[i] && !second.RightOn[i] ? 1 : 0;
            rightLess += second.RightOn[i] && !first.RightOn[i] ? 1 : 0;
            double difference = first.LogLikelihoods[i] - second.LogLikelihoods[i];
            likelier += difference > Clearly ? 1 : 0;
            lessLikely += difference < -Clearly ? 1 : 0;
        }
        return new Comparison(
            rightMore, rightLess, Math.Min(1, readings * Chance.OfSplit(rightMore, rightLess)),
            likelier, lessLikely, Math.Min(1, readings * Chance.OfSplit(likelier, lessLikely)));
    }

    /// <summary>How many pictures must speak for one of two readings, and none for the other, before it can be more than chance.</summary>
    public static int FewestPictures(int readings)
    {
        int pictures = 1;
        while (readings * Chance.OfSplit(pictures, 0) >= Significant)
            pictures++;
        return pictures;
    }
}
