namespace EdgeInspector.ModelStore.Proving;

/// <summary>Judges what a reading says of a picture by what the picture shows.</summary>
/// <param name="truth">The package's tags.</param>
/// <param name="isOneTag">
/// True for a classifier whose probabilities add up to 1: one tag is right, and the highest tag is the answer.
/// </param>
/// <param name="isInParts">
/// True for boxes and tiles, where a pass tag may stand beside a defect: a tag is found or not, and pass tags don't count.
/// </param>
internal sealed class Scoring(PackageTruth truth, bool isOneTag, bool isInParts)
{
    /// <summary>Smaller probabilities count as this one, so that one picture can't outweigh all others.</summary>
    public const double Smallest = 1e-6;

    /// <summary>True when the reading's answer is right.</summary>
    /// <param name="probabilities">The highest probability of each tag.</param>
    /// <param name="picture">What the picture shows.</param>
    public bool IsRight(ReadOnlySpan<float> probabilities, LabelledPicture picture)
    {
        bool[] shown = Shown(picture);
        if (isInParts)
            return !Counts(probabilities, shown, false) && (!shown.Contains(true) || Counts(probabilities, shown, true));
        if (!shown.Contains(true))
            return !Counts(probabilities, shown, false);
        int best = 0;
        for (int i = 1; i < probabilities.Length; i++)
        {
            if (probabilities[i] > probabilities[best])
                best = i;
        }
        return shown[best] && (isOneTag || probabilities[best] >= truth.Thresholds[best]);
    }

    /// <summary>
    /// Natural logarithm of the probability that the reading gives to what the picture shows, 0 at best. Where one tag is right, the
    /// logarithm is that of this tag's probability; otherwise that of each tag being there or not.
    /// </summary>
    /// <param name="probabilities">The highest probability of each tag.</param>
    /// <param name="picture">What the picture shows.</param>
    public double LogLikelihood(ReadOnlySpan<float> probabilities, LabelledPicture picture)
    {
        bool[] shown = Shown(picture);
        double sum = 0, none = 1, highest = 0, others = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (!Matters(i))
                continue;
            double p = probabilities[i];
            highest = Math.Max(highest, p);
            if (shown[i])
                (sum, none) = (sum + p, none * (1 - p));
            else
                others += Log(1 - p);
        }
        if (isOneTag && !isInParts)
            return Log(shown.Contains(true) ? sum : 1 - highest);
        return others + (shown.Contains(true) ? Log(1 - none) : 0);
    }

    private bool Counts(ReadOnlySpan<float> probabilities, bool[] shown, bool whichAreShown)
    {
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (Matters(i) && shown[i] == whichAreShown && probabilities[i] >= truth.Thresholds[i])
                return true;
        }
        return false;
    }

    private bool Matters(int tag) => !isInParts || !truth.PassTags.Contains(truth.Tags[tag]);

    private bool[] Shown(LabelledPicture picture)
    {
        bool[] shown = new bool[truth.Tags.Count];
        foreach (string tag in picture.Tags)
        {
            int index = truth.IndexOf(tag);
            shown[index] = Matters(index);
        }
        return shown;
    }

    private static double Log(double probability) => Math.Log(Math.Clamp(probability, Smallest, 1));
}
