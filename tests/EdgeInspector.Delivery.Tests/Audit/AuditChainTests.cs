using System.Security.Cryptography;
using System.Text;
using EdgeInspector.Delivery.Audit;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Delivery.Tests.Audit;

/// <summary>Whatever is altered in the log is found, and named.</summary>
public sealed class AuditChainTests : IDisposable
{
    private readonly AuditFixture _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void A_chain_over_three_days_fits_and_tells_its_end()
    {
        _log.ThreeDays();
        AuditReport report = _log.Verify();
        Assert.Null(report.Misfit);
        Assert.Empty(report.Notes);
        Assert.Equal((3, 63, 1, 63, 0), (report.Files, report.Entries, report.First, report.Last, report.SealedFrom));
        Assert.Equal(
            ["000001_2026-11-23.jsonl", "000002_2026-11-24.jsonl", "000003_2026-11-25.jsonl"], _log.Files.Select(Path.GetFileName));
    }

    [Fact]
    public void Whoever_has_only_the_page_and_a_hash_function_can_check_a_line()
    {
        _log.ThreeDays();
        string previous = new('0', 64);
        foreach (string line in _log.Files.SelectMany(File.ReadAllLines))
        {
            int at = line.LastIndexOf(",\"hash\":\"", StringComparison.Ordinal);
            string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line[..at])));
            Assert.EndsWith($",\"prev\":\"{previous}\",\"hash\":\"{hash}\"}}", line, StringComparison.Ordinal);
            previous = hash;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_altered_byte_anywhere_is_found_in_its_line(bool isSealed)
    {
        _log.ThreeDays(isSealed ? _log.Key() : null);
        byte[][] contents = [.. _log.Files.Select(File.ReadAllBytes)];
        var altered =
            from file in Gen.Choose(0, contents.Length - 1)
            from at in Gen.Choose(0, contents[file].Length - 1)
            from other in Gen.Choose(1, 255)
            select (file, at, other);
        Prop.ForAll(altered.ToArbitrary(), change =>
        {
            byte[] bytes = [.. contents[change.file]];
            bytes[change.at] ^= (byte)change.other;
            File.WriteAllBytes(_log.Files[change.file], bytes);
            // Without the key as well: nobody needs a secret to see that something was altered.
            AuditReport report = _log.Verify();
            File.WriteAllBytes(_log.Files[change.file], contents[change.file]);
            long line = 1 + contents[change.file].AsSpan(0, change.at).Count((byte)'\n');
            return report.Misfit is { } misfit && misfit.File == Path.GetFileName(_log.Files[change.file]) && misfit.Line == line;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));
    }

    [Fact]
    public void A_removed_line_is_found()
    {
        _log.ThreeDays();
        foreach (string file in _log.Files)
        {
            string[] lines = File.ReadAllLines(file);
            for (int removed = 0; removed < lines.Length; removed++)
            {
                // Of the last day the last line: only who noted its hash can know.
                if (file == _log.Files[^1] && removed == lines.Length - 1)
                    continue;
                File.WriteAllLines(file, lines.Where((_, i) => i != removed));
                Assert.NotNull(_log.Verify().Misfit);
            }
            File.WriteAllLines(file, lines);
        }
        Assert.Null(_log.Verify().Misfit);
    }

    [Fact]
    public void Two_swapped_lines_are_found()
    {
        _log.ThreeDays();
        string[] lines = File.ReadAllLines(_log.Files[1]);
        for (int first = 0; first < lines.Length - 1; first++)
        {
            for (int second = first + 1; second < lines.Length; second++)
            {
                string[] swapped = [.. lines];
                (swapped[first], swapped[second]) = (swapped[second], swapped[first]);
                File.WriteAllLines(_log.Files[1], swapped);
                Assert.Equal(first + 1, _log.Verify().Misfit?.Line);
            }
        }
    }

    [Fact]
    public void A_day_cut_short_is_found_where_a_later_one_exists()
    {
        _log.ThreeDays();
        string[] lines = File.ReadAllLines(_log.Files[1]);
        for (int left = 0; left < lines.Length; left++)
        {
            File.WriteAllLines(_log.Files[1], lines[..left]);
            Assert.NotNull(_log.Verify().Misfit);
        }
    }

    [Fact]
    public void The_newest_day_cut_short_is_found_by_who_noted_the_last_hash()
    {
        _log.ThreeDays();
        string noted = _log.Verify().LastHash;
        Assert.Null(AuditVerification.Run(_log.Folder, [], noted).Misfit);
        string[] lines = File.ReadAllLines(_log.Files[2]);
        File.WriteAllLines(_log.Files[2], lines[..^1]);
        Assert.Null(_log.Verify().Misfit);
        Assert.Contains(noted, AuditVerification.Run(_log.Folder, [], noted).Misfit!.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_removed_day_and_a_removed_beginning_are_found()
    {
        _log.ThreeDays();
        string second = _log.Files[1], first = _log.Files[0], aside = Path.Combine(_log.Data, "aside");
        File.Move(second, aside);
        Assert.Contains("a file is missing", _log.Verify().Misfit!.Why, StringComparison.Ordinal);
        File.Move(aside, second);
        File.Move(first, aside);
        Assert.Contains("no entry says that what came before was removed", _log.Verify().Misfit!.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_renamed_day_is_found()
    {
        _log.ThreeDays();
        File.Move(_log.Files[2], Path.Combine(_log.Folder, "000003_2026-11-27.jsonl"));
        Assert.Contains("was begun as 000003_2026-11-25.jsonl", _log.Verify().Misfit!.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_alters_an_entry_and_makes_all_hashes_anew_is_found_by_the_key_alone()
    {
        AuditKey key = _log.Key();
        _log.ThreeDays(key);
        Rewrite(line => line.Replace("\"reject\"", "\"pass\"", StringComparison.Ordinal), keepSeals: true);
        Assert.Null(_log.Verify().Misfit);
        Assert.Contains("seal was not made with a key", _log.Verify(key).Misfit!.Why, StringComparison.Ordinal);
        Rewrite(line => line, keepSeals: false);
        Assert.Null(_log.Verify().Misfit);
        Assert.Contains("no entry is sealed", _log.Verify(key).Misfit!.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Seals_begin_where_the_key_came_and_may_not_end()
    {
        AuditKey key = _log.Key();
        using (AuditWriter bare = _log.Writer())
            _log.Append(bare, 3);
        using (AuditWriter sealing = _log.Writer(key))
            _log.Append(sealing, 3);
        Assert.Null(_log.Verify(key).Misfit);
        Assert.Equal(["Entries 1 to 4 are not sealed; seals begin with entry 5."], _log.Verify(key).Notes);
        using (AuditWriter bare = _log.Writer())
            _log.Append(bare, 1);
        Assert.Contains("not sealed, although entries before it are", _log.Verify(key).Misfit!.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void The_misfit_names_part_and_station()
    {
        _log.ThreeDays();
        string text = File.ReadAllText(_log.Files[1]);
        File.WriteAllText(_log.Files[1], text.Replace("\"part\":\"day2-4\"", "\"part\":\"day2-5\"", StringComparison.Ordinal));
        AuditMisfit misfit = _log.Verify().Misfit!;
        Assert.Equal(("000002_2026-11-24.jsonl", 5L), (misfit.File, misfit.Line));
        Assert.StartsWith("entry 26: verdict of part day2-5 at station weld-3", misfit.Entry, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_at_all_are_a_misfit_and_never_a_fault() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            Directory.CreateDirectory(_log.Folder);
            File.WriteAllBytes(Path.Combine(_log.Folder, "000001_2026-11-23.jsonl"), bytes);
            AuditReport report = _log.Verify();
            return bytes.Length == 0 ? report.Entries == 0 : report.Misfit is not null;
        }).QuickCheckThrowOnFailure();

    private void Rewrite(Func<string, string> alter, bool keepSeals)
    {
        string previous = new('0', 64);
        foreach (string file in _log.Files)
        {
            string[] lines = File.ReadAllLines(file);
            for (int i = 0; i < lines.Length; i++)
            {
                string line = lines[i];
                string body = alter(line[..line.IndexOf(",\"prev\":", StringComparison.Ordinal)]);
                string seal = keepSeals
                    ? line[line.IndexOf(",\"seal\":", StringComparison.Ordinal)..line.IndexOf(",\"hash\":", StringComparison.Ordinal)]
                    : "";
                string hashed = $"{body},\"prev\":\"{previous}\"{seal}";
                previous = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(hashed)));
                lines[i] = $"{hashed},\"hash\":\"{previous}\"}}";
            }
            File.WriteAllLines(file, lines);
        }
    }
}
