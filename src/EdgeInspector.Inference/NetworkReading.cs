namespace EdgeInspector.Inference;

/// <summary>How a package is read: how pictures become the network's input, and what the network's numbers are.</summary>
/// <param name="Preprocessing">The preparation of pictures, with every point that counts for the network.</param>
/// <param name="Scores">
/// What the numbers of a classifier are; null where the outputs leave no choice, as the outputs of detectors do.
/// </param>
public sealed record NetworkReading(PreprocessingOptions Preprocessing, ScoreKind? Scores);

/// <summary>What a network takes.</summary>
/// <param name="Width">Width in pixels; 0: any.</param>
/// <param name="Height">Height in pixels; 0: any.</param>
/// <param name="IsGrey">True for one grey channel, false for three colours.</param>
public sealed record PictureInput(int Width, int Height, bool IsGrey);
