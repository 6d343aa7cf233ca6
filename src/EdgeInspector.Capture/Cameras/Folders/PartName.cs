using System.Text.RegularExpressions;

namespace EdgeInspector.Capture.Cameras.Folders;

/// <summary>Takes the part's id out of a file's name.</summary>
internal sealed class PartName
{
    /// <summary>The group of the pattern that holds the id.</summary>
    private const string IdGroup = "part";

    private readonly Regex? _pattern;

    /// <param name="pattern">As in <see cref="FolderOptions.PartFrom"/>; null: the name without its ending.</param>
    /// <exception cref="ArgumentException">The pattern can't be used; the message says why.</exception>
    public PartName(string? pattern)
    {
        if (pattern is null)
            return;
        try
        {
            // Without backtracking the time is proportional to the length of the name, whatever the pattern.
            _pattern = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (NotSupportedException fault)
        {
            throw new ArgumentException(
                $"the pattern looks ahead, looks back or refers back, which is not supported: {fault.Message}", fault);
        }
    }

    /// <summary>The part's id.</summary>
    /// <param name="fileName">The file's name with its ending.</param>
    /// <param name="isFound">False when the pattern does not fit or finds nothing: the id is then the name without its ending.</param>
    public string Of(string fileName, out bool isFound)
    {
        isFound = true;
        if (_pattern is null)
            return Path.GetFileNameWithoutExtension(fileName);
        Match match = _pattern.Match(fileName);
        Group found = match.Groups[IdGroup] is { Success: true } named ? named : match.Groups.Count > 1 ? match.Groups[1] : match;
        isFound = match.Success && found.Value.Trim().Length > 0;
        return isFound ? found.Value.Trim() : Path.GetFileNameWithoutExtension(fileName);
    }
}
