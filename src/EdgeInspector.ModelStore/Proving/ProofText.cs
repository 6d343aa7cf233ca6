using System.Globalization;

namespace EdgeInspector.ModelStore.Proving;

/// <summary>What a proof found, in sentences.</summary>
public static class ProofText
{
    /// <summary>What the pictures say of the reading in force and the best one, and whether they differ by more than chance.</summary>
    public static IEnumerable<string> Sentences(Proof proof)
    {
        if (proof.Best is not { } best)
            yield break;
        yield return proof.InForce is { Problem: null } inForce ? Compared(proof, best, inForce) : NotInForce(proof, best);
        if (proof.AnotherFitsBetter && proof.Proposed is { } proposed && proposed != best)
        {
            yield return $"{ReadingWords.Of(proposed.Reading)} changes less, is right on as many and no less sure: it is the one to take.";
        }
        if (!proof.BeatsGuessing && proof.Pictures >= proof.FewestPictures)
        {
            yield return "No reading is right more often than a guess would be. "
                + "Either the pictures are few, or they lie in the wrong folders, or the package was not trained for such pictures.";
        }
        if (!proof.AnotherFitsBetter && proof.Pictures < proof.FewestPictures)
        {
            yield return $"{Count(proof.Pictures, "picture")} can't tell so many readings apart, whatever they say: "
                + $"{proof.FewestPictures} or more are needed. Put some ten into the folder of each tag.";
        }
        else if (!proof.AnotherFitsBetter && proof.Difference is { } difference && difference.RightMore > difference.RightLess)
        {
            yield return "If the results on the line are wrong all the same, try again with more pictures.";
        }
    }

    /// <summary>One sentence for a report: another reading fits the golden images better; null: none does.</summary>
    public static string? ForReport(Proof proof) => !proof.AnotherFitsBetter || proof.Proposed is not { } best
        || proof.InForce is not { Problem: null } inForce
        ? null
        : "The golden images fit another reading of the package than the one in force: "
            + $"{ReadingWords.Of(best.Reading)} is right on {best.Right} of {proof.Pictures}, "
            + $"{ReadingWords.Of(inForce.Reading)} on {inForce.Right} (p {P(Decisive(proof.Difference!))}). "
            + $"If that is how it was trained, write {ReadingBlock.OneLine(best.Reading, inForce.Reading)} into the station's settings; "
            + "'EdgeInspector models prove PACKAGE --images DIR' shows all readings.";

    /// <summary>A chance as papers write it.</summary>
    public static string P(double chance) => chance < 0.001 ? "< 0.001" : string.Create(CultureInfo.InvariantCulture, $"= {chance:0.###}");

    private static string Compared(Proof proof, ReadingScore best, ReadingScore inForce)
    {
        string all = Count(proof.Pictures, "picture");
        if (proof.Difference is not { } difference)
            return $"The reading in force fits best: it is right on {inForce.Right} of {all}.";
        if (!proof.AnotherFitsBetter && difference.RightMore <= difference.RightLess)
            return $"The reading in force is right on {inForce.Right} of {all}, and no other on more.";
        if (difference is { IsRightMoreOften: true } || !proof.AnotherFitsBetter)
        {
            double chance = proof.AnotherFitsBetter
                ? difference.ChanceOfRight
                : Math.Min(difference.ChanceOfRight, difference.ChanceOfLikelier);
            return $"The best reading is right on {best.Right} of {all}, the one in force on {inForce.Right}: "
                + $"{(proof.AnotherFitsBetter ? "more" : "no more")} than chance (p {P(chance)}).";
        }
        return $"The best reading is right on {best.Right} of {all}, the one in force on {inForce.Right}. "
            + $"But the best gives clearly more probability to what is right on {difference.LikelierOn}, "
            + $"clearly less on {difference.LessLikelyOn}: more than chance (p {P(difference.ChanceOfLikelier)}).";
    }

    private static string NotInForce(Proof proof, ReadingScore best) => proof.AnotherFitsBetter
        ? "The package does not run as it says, but in the best reading it is right "
            + $"on {best.Right} of {Count(proof.Pictures, "picture")}, more often than a guess would be."
        : $"The package does not run as it says. The best reading is right on {best.Right} of {Count(proof.Pictures, "picture")}.";

    private static double Decisive(Comparison difference) => difference.IsRightMoreOften
        ? difference.ChanceOfRight
        : difference.ChanceOfLikelier;

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
