using EdgeInspector.Foundation.Files;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.ModelStore.Proving;

/// <summary>
/// Finds labelled pictures: in a folder for each tag, where good parts lie in a folder named like a usual pass tag (<c>pass</c>,
/// <c>ok</c>); or in the folders of golden images, <c>pass</c> and <c>reject/TAG</c>.
/// </summary>
/// <param name="Pictures">The pictures, taken from the folders in turn, so that the first few are of all kinds.</param>
/// <param name="Notes">What was left out, in sentences.</param>
/// <param name="Problems">Why the pictures can't be used, in sentences; empty: they can.</param>
public sealed record LabelledFolder(IReadOnlyList<LabelledPicture> Pictures, IReadOnlyList<string> Notes, IReadOnlyList<string> Problems)
{
    private static readonly EnumerationOptions NotHidden = new() { AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };

    /// <summary>Finds the pictures in a folder.</summary>
    /// <param name="folder">The folder that holds a folder for each tag.</param>
    /// <param name="truth">The package's tags.</param>
    /// <param name="limit">The most pictures of one folder; where there are more, they are taken from everywhere in the folder.</param>
    public static LabelledFolder Read(string folder, PackageTruth truth, int limit)
    {
        var found = new Finding(folder, truth);
        try
        {
            if (!Directory.Exists(folder))
                return new LabelledFolder(
                    [], [], [$"There is no folder '{folder}'. Name one that holds a folder for each tag, with pictures in it."]);
            found.Search();
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return new LabelledFolder([], [], [$"'{folder}' can't be listed: {fault.Message}"]);
        }
        if (found.Problems.Count == 0 && found.Groups.Count == 0)
            found.Problems.Add($"'{folder}' holds no folder with pictures. Make one for each tag ({Words(truth.Tags)}) "
                + "and put some ten pictures into each.");
        return new LabelledFolder(InTurn(found.Groups, limit, found.Notes), found.Notes, found.Problems);
    }

    /// <summary>At most so many pictures of each group, taken from everywhere in the group; one of each group after the other.</summary>
    internal static List<LabelledPicture> InTurn(IReadOnlyList<List<LabelledPicture>> groups, int limit, List<string> notes)
    {
        List<List<LabelledPicture>> some = [.. groups.Select(group => Spread(group, limit))];
        int left = groups.Sum(group => group.Count) - some.Sum(group => group.Count);
        if (left > 0)
            notes.Add($"Of each folder {limit} pictures were taken and {left} left out; --limit takes more.");
        int most = some.Select(group => group.Count).DefaultIfEmpty().Max();
        return [.. Enumerable.Range(0, most).SelectMany(i => some.Where(group => i < group.Count).Select(group => group[i]))];
    }

    /// <summary>Neighbours are often pictures of one part, so pictures from everywhere in the list tell more.</summary>
    private static List<LabelledPicture> Spread(List<LabelledPicture> pictures, int limit) => pictures.Count <= limit
        ? pictures
        : [.. Enumerable.Range(0, limit).Select(i => pictures[(int)((long)i * pictures.Count / limit)])];

    private static string Words(IReadOnlyList<string> tags) => string.Join(", ", tags.Take(20)) + (tags.Count > 20 ? ", …" : "");

    /// <summary>The search through one folder.</summary>
    private sealed class Finding(string folder, PackageTruth truth)
    {
        private readonly IReadOnlyList<FoundPicture> _found = PictureFiles.Below(folder);

        public List<List<LabelledPicture>> Groups { get; } = [];

        public List<string> Notes { get; } = [];

        public List<string> Problems { get; } = [];

        public void Search()
        {
            foreach (FoundPicture closed in _found.Where(found => found.Problem is not null))
                Notes.Add($"'{NameOf(closed.Path)}' is left out. {closed.Problem}");
            int loose = PicturesIn(folder, isDeep: false).Count;
            if (loose > 0)
            {
                string lie = loose == 1 ? "1 picture lies" : $"{loose} pictures lie", show = loose == 1 ? "it shows" : "they show";
                Notes.Add($"{lie} directly in '{folder}', where no folder says what {show}; left out.");
            }
            foreach (string sub in FoldersIn(folder))
            {
                string name = Path.GetFileName(sub);
                if (truth.Find(name) is { } tag)
                    Add(sub, name, [tag]);
                else if (RuleSet.IsUsualPassTag(name))
                    Add(sub, name, truth.PassTags);
                else if (name.Equals(VerdictWords.Reject, StringComparison.OrdinalIgnoreCase))
                    LookAtRejects(sub, name);
                else if (name.Equals(VerdictWords.Review, StringComparison.OrdinalIgnoreCase))
                    Notes.Add($"The folder '{name}' does not say what its pictures show; left out.");
                else
                    Stranger(sub, name);
            }
        }

        private void LookAtRejects(string reject, string name)
        {
            foreach (string sub in FoldersIn(reject))
            {
                string below = $"{name}/{Path.GetFileName(sub)}";
                if (truth.Find(Path.GetFileName(sub)) is { } tag)
                    Add(sub, below, [tag]);
                else
                    Stranger(sub, below);
            }
            Add(reject, name, truth.Defects, isDeep: false);
        }

        private void Stranger(string sub, string name)
        {
            if (PicturesIn(sub).Count == 0)
            {
                Notes.Add($"The folder '{name}' is called as no tag and holds no picture; left out.");
            }
            else
            {
                Problems.Add(
                    $"The folder '{name}' is called as no tag of the package. "
                    + $"Its tags are {Words(truth.Tags)}; good parts lie in a folder 'pass'. "
                    + "Rename the folder, or move it elsewhere.");
            }
        }

        private void Add(string sub, string name, IReadOnlyList<string> tags, bool isDeep = true)
        {
            List<string> files = PicturesIn(sub, isDeep);
            if (files.Count > 0)
                Groups.Add([.. files.Select(file => new LabelledPicture(file, NameOf(file), name, tags))]);
            else if (isDeep)
                Notes.Add($"The folder '{name}' holds no picture.");
        }

        private string NameOf(string file) => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');

        // A folder that may not be looked into is named among the notes already.
        private List<string> FoldersIn(string parent) => _found.Any(found => found.Problem is not null && found.Path == parent)
            ? []
            : [.. Directory.EnumerateDirectories(parent, "*", NotHidden).Order(StringComparer.Ordinal)];

        private List<string> PicturesIn(string parent, bool isDeep = true)
        {
            string start = Path.EndsInDirectorySeparator(parent) ? parent : parent + Path.DirectorySeparatorChar;
            return
            [
                .. from found in _found
                   where found.Problem is null && found.Path.StartsWith(start, StringComparison.Ordinal)
                       && (isDeep || found.Path.IndexOf(Path.DirectorySeparatorChar, start.Length) < 0)
                   select found.Path,
            ];
        }
    }
}
