using EdgeInspector.Inference;

namespace EdgeInspector.ModelStore.Proving;

/// <summary>The score of one reading on the labelled pictures.</summary>
/// <param name="Reading">The reading.</param>
/// <param name="Right">On how many pictures the reading's answer is right.</param>
/// <param name="MeanLogLikelihood">
/// Mean natural logarithm of the probability that the reading gives to what a picture shows; 0 at best.
/// </param>
/// <param name="Alike">
/// Readings that say the same of every picture, such as centre square and stretched for square pictures: such readings can't be told apart.
/// </param>
/// <param name="Problem">Why the reading can't be run; null: it ran.</param>
public sealed record ReadingScore(
    NetworkReading Reading, int Right, double MeanLogLikelihood, IReadOnlyList<NetworkReading> Alike, string? Problem)
{
    internal IReadOnlyList<bool> RightOn { get; init; } = [];

    internal IReadOnlyList<double> LogLikelihoods { get; init; } = [];

    internal ReadingRun? Run { get; init; }

    /// <summary>True when another reading with the same range of values says the same of every picture.</summary>
    internal bool Says(ReadingRun other) => Problem is null && ReadingWords.Values(Reading) == ReadingWords.Values(other.Reading)
        && Reading.Scores == other.Reading.Scores
        && Run!.Probabilities.Zip(other.Probabilities).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
}
