namespace EdgeInspector.Inspection.Predictions;

/// <summary>What kind of predictions a model gives.</summary>
public enum ModelKind
{
    /// <summary>One probability for each tag.</summary>
    Classifier,

    /// <summary>Any number of boxes, each with a tag and a probability.</summary>
    Detector,
}

/// <summary>Names the model that gave a prediction.</summary>
/// <param name="Name">Folder or file name of the package; for people.</param>
/// <param name="Package">SHA-256 of the package's content, 64 lower-case hexadecimal digits.</param>
/// <param name="Iteration">The trainer's name for the training result, if the package carries it.</param>
/// <param name="Kind">Classifier or detector.</param>
/// <param name="Tags">The tags in the order of the model's outputs.</param>
/// <param name="Provider">The execution provider that really runs the model, such as <c>cpu</c> or <c>cuda</c>.</param>
public sealed record ModelIdentity(
    string Name, string Package, string? Iteration, ModelKind Kind, IReadOnlyList<string> Tags, string Provider);
