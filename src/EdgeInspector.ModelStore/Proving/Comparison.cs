namespace EdgeInspector.ModelStore.Proving;

/// <summary>Two readings on the same pictures.</summary>
/// <param name="RightMore">Pictures on which only the first is right.</param>
/// <param name="RightLess">Pictures on which only the second is right.</param>
/// <param name="ChanceOfRight">
/// How likely so large a difference between RightMore and RightLess is by chance, 0..1; corrected because the best of many readings is
/// looked at.
/// </param>
/// <param name="LikelierOn">
/// Pictures on which the first reading gives clearly more probability, at least a tenth more, to what the picture shows.
/// </param>
/// <param name="LessLikelyOn">Pictures on which the second reading does.</param>
/// <param name="ChanceOfLikelier">
/// How likely so large a difference between LikelierOn and LessLikelyOn is by chance, corrected like ChanceOfRight.
/// </param>
public sealed record Comparison(
    int RightMore, int RightLess, double ChanceOfRight, int LikelierOn, int LessLikelyOn, double ChanceOfLikelier)
{
    /// <summary>A difference counts as real when chance makes it less often than this.</summary>
    public const double Significant = 0.05;

    // Smaller differences do not matter to a station, however regular they are.
    private const double Clearly = 0.1;

    /// <summary>True when the first reading is right on more pictures than the second, by more than chance.</summary>
    public bool IsRightMoreOften => RightMore > RightLess && ChanceOfRight < Significant;

    /// <summary>
    /// True when the first reading gives more probability to what pictures show, by more than chance, and is not right on fewer pictures.
    /// </summary>
    public bool IsSurer => LikelierOn > LessLikelyOn && RightMore >= RightLess && ChanceOfLikelier < Significant;

    /// <summary>True when the first reading fits better in one of the two ways.</summary>
    public bool IsClear => IsRightMoreOften || IsSurer;

    /// <summary>Compares two readings.</summary>
    /// <param name="first">The reading that may be better.</param>
    /// <param name="second">The reading in force.</param>
    /// <param name="readings">
    /// How many readings are compared with the one in force: the best of many looks good by chance (Bonferroni's correction).
    /// </param>
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
