namespace EdgeInspector.Demo;

/// <summary>Finds the two models that come with the program.</summary>
internal static class ShippedModels
{
    private const string Classifier = "part-classifier";

    /// <summary>The folder that holds <c>part-classifier</c> and <c>part-detector</c>.</summary>
    /// <param name="given">Where the user says the folder is, or null to look beside the program and in each folder above it.</param>
    /// <exception cref="RefusedException">The folder is not there.</exception>
    public static string Folder(string? given)
    {
        if (given is not null)
        {
            return Directory.Exists(Path.Combine(given, Classifier))
                ? given
                : throw new RefusedException(
                    $"--models: the folder '{given}' holds no '{Classifier}'. Give the folder that came with the program.");
        }
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string models = Path.Combine(folder.FullName, "models");
            if (Directory.Exists(Path.Combine(models, Classifier)))
                return models;
        }
        throw new RefusedException(
            $"The shipped models were not found: no folder 'models/{Classifier}' beside the program or above it. "
            + "Name their folder with --models.");
    }
}
