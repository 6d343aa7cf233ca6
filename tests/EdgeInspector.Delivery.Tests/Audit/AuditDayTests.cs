using System.Globalization;
using EdgeInspector.Delivery.Audit;

namespace EdgeInspector.Delivery.Tests.Audit;

/// <summary>A day of 400,000 entries.</summary>
public sealed class AuditDayTests : IDisposable
{
    private readonly AuditFixture _log = new();

    public void Dispose() => _log.Dispose();

    [Theory(Explicit = true)]
    [InlineData(false)]
    [InlineData(true)]
    public void A_day_of_400000_entries_is_verified_within_10_seconds(bool isSealed)
    {
        AuditKey? key = isSealed ? _log.Key() : null;
        long began = TimeProvider.System.GetTimestamp();
        using (AuditWriter writer = _log.Writer(key))
        {
            foreach (int[] some in Enumerable.Range(1, 400_000).Chunk(500))
                writer.Append([.. some.Select(i => _log.Verdict(string.Create(CultureInfo.InvariantCulture, $"A-{i:D8}")))]);
        }
        TimeSpan writing = TimeProvider.System.GetElapsedTime(began);
        long bytes = _log.Files.Sum(file => new FileInfo(file).Length);
        began = TimeProvider.System.GetTimestamp();
        AuditReport report = key is null ? _log.Verify() : _log.Verify(key);
        TimeSpan verifying = TimeProvider.System.GetElapsedTime(began);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Entries} entries{(isSealed ? ", sealed" : "")}, {bytes / 1e6:0} MB: "
            + $"written in {writing.TotalSeconds:0.0} s, verified in {verifying.TotalSeconds:0.00} s"));
        Assert.Null(report.Misfit);
        Assert.Equal(400_001, report.Entries);
        Assert.InRange(verifying, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
