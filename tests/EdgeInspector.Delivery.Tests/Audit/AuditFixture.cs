using System.Globalization;
using EdgeInspector.Delivery.Audit;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Delivery.Tests.Audit;

/// <summary>A folder with an audit log, and a clock that the test turns.</summary>
internal sealed class AuditFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Data => _folder.Path;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    public string Folder => Path.Combine(Data, "audit");

    public string[] Files => [.. Directory.GetFiles(Folder, "*.jsonl").Order(StringComparer.Ordinal)];

    public AuditKey Key() => KeyIn("key.txt", "0123456789abcdef0123456789abcdef\n");

    private AuditKey KeyIn(string name, string text)
    {
        string file = Path.Combine(Data, name);
        File.WriteAllText(file, text);
        return AuditKey.FromFile(file, "test");
    }

    public AuditKey OtherKey() => KeyIn("other.txt", "fedcba9876543210fedcba9876543210\n");

    public AuditWriter Writer(AuditKey? key = null, long mostFileBytes = long.MaxValue, params AuditKey[] earlier) =>
        AuditWriter.Open(Folder, key, Time, mostFileBytes, earlier);

    /// <summary>Appends verdicts of so many parts, in writes of a few.</summary>
    public void Append(AuditWriter writer, int count, string prefix = "P")
    {
        foreach (int[] some in Enumerable.Range(1, count).Chunk(7))
        {
            writer.Append([.. some.Select(i => Verdict(prefix + i.ToString(CultureInfo.InvariantCulture)))]);
            Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    public AuditEntry Verdict(string part) => new(AuditEntry.Verdict, Time.GetUtcNow())
    {
        Station = "weld-3",
        Part = part,
        Id = Guid.CreateVersion7(),
        What = "reject",
        Action = "reject",
        Signal = "sent",
        Tag = "scratch",
        Probability = 0.93f,
        Rule = "scratch 0.93 ≥ 0.50",
        Package = new string('a', 64),
    };

    /// <summary>Three days of twenty parts each.</summary>
    public void ThreeDays(AuditKey? key = null)
    {
        for (int day = 1; day <= 3; day++)
        {
            using AuditWriter writer = Writer(key);
            Append(writer, 20, $"day{day}-");
            Time.Advance(TimeSpan.FromDays(1));
        }
    }

    public AuditReport Verify(params AuditKey[] keys) => AuditVerification.Run(Folder, keys);

    public void Dispose() => _folder.Dispose();
}
