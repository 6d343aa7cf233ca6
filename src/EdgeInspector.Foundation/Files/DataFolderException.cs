namespace EdgeInspector.Foundation.Files;

/// <summary>A data folder can't be locked. The message says why, and how to mend it.</summary>
public sealed class DataFolderException(string message) : Exception(message)
{
    /// <summary>True when waiting, or starting again, may mend it: somebody else has the data folder.</summary>
    public bool MayPass { get; init; }
}
