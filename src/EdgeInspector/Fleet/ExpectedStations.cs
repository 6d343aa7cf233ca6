using System.Globalization;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Fleet;

/// <summary>The stations that must be there, so that a station that never appeared is noticed too: their number, or their names.</summary>
internal sealed class ExpectedStations
{
    private const int MostNames = 100_000;

    private readonly int _count;
    private readonly IReadOnlyList<string> _names;

    private ExpectedStations(int count, IReadOnlyList<string> names) => (_count, _names) = (count, names);

    /// <summary>No stations in particular.</summary>
    public static ExpectedStations Nobody { get; } = new(0, []);

    /// <summary>
    /// Reads a number, or a file with a name in each line: <c>line/station</c>, or the whole prefix of the station's topics. Empty lines
    /// and lines that begin with <c>#</c> do not count.
    /// </summary>
    /// <exception cref="RefusedException">The text is neither a number nor such a file.</exception>
    public static ExpectedStations Read(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            return new ExpectedStations(count, []);
        try
        {
            List<string> names = [.. File.ReadLines(text)
                .Take(MostNames)
                .Select(line => line.Trim())
                .Where(line => line.Length > 0 && line[0] != '#')
                .Distinct(StringComparer.Ordinal)];
            return names.Count > 0
                ? new ExpectedStations(0, names)
                : throw new RefusedException($"--expect: the file '{text}' names no station. Write line/station in each line.");
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            throw new RefusedException($"--expect: '{text}' is no number, and can't be read as a file: {fault.Message}");
        }
    }

    /// <summary>True when any station is expected.</summary>
    public bool IsAnybody => _count > 0 || _names.Count > 0;

    /// <summary>Gives the expected stations that are not among the known ones.</summary>
    public IEnumerable<FleetStation> Missing(IReadOnlyList<FleetStation> known)
    {
        var there = known.SelectMany(station => new[] { station.Prefix, station.Name }).ToHashSet(StringComparer.Ordinal);
        IEnumerable<string> missing = _names.Count > 0
            ? _names.Where(name => !there.Contains(name))
            : Enumerable.Range(known.Count + 1, Math.Max(0, _count - known.Count)).Select(number => $"number {number} of {_count}");
        return missing.Select(name => new FleetStation(PrintableText.Of(name, 200), Condition.Missing, null, null));
    }
}
