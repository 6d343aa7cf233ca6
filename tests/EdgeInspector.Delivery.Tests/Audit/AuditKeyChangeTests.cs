using EdgeInspector.Delivery.Audit;

namespace EdgeInspector.Delivery.Tests.Audit;

/// <summary>The key that seals the log may be changed, and nobody is told that the log was altered.</summary>
public sealed class AuditKeyChangeTests : IDisposable
{
    private readonly AuditFixture _log = new();

    public void Dispose() => _log.Dispose();

    private void Write(AuditKey key, params AuditKey[] earlier)
    {
        using AuditWriter writer = _log.Writer(key, earlier: earlier);
        Assert.Null(writer.Misfit);
        _log.Append(writer, 5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_a_change_the_log_fits_with_both_keys_and_says_when_it_was(bool onAnotherDay)
    {
        AuditKey old = _log.Key(), now = _log.OtherKey();
        Write(old);
        if (onAnotherDay)
            _log.Time.Advance(TimeSpan.FromDays(1));
        Write(now, old);
        Write(now, old);
        Assert.Null(_log.Verify(now, old).Misfit);
        Assert.Null(_log.Verify(old, now).Misfit);
        string change = Assert.Single(
            _log.Files.SelectMany(File.ReadAllLines), line => line.Contains("\"kind\":\"key\"", StringComparison.Ordinal));
        Assert.Contains($"\"what\":\"changed\",\"name\":\"{now.Id}\",\"before\":\"{old.Id}\"", change, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_has_changed_the_key_and_not_named_the_earlier_one_is_told_how()
    {
        Write(_log.Key());
        using AuditWriter writer = _log.Writer(_log.OtherKey());
        Assert.Contains("Audit:EarlierKeyFiles", writer.Misfit, StringComparison.Ordinal);
        Assert.Contains("--key-file", _log.Verify(_log.OtherKey()).Misfit!.Why, StringComparison.Ordinal);
    }

    /// <summary>It may have been changed because somebody else knew it.</summary>
    [Fact]
    public void An_earlier_key_seals_nothing_after_the_change()
    {
        AuditKey old = _log.Key(), now = _log.OtherKey();
        Write(old);
        Write(now, old);
        using (AuditWriter writer = _log.Writer(old, earlier: now))
            _log.Append(writer, 1, "forged");
        Assert.Contains("a key that had been changed before", _log.Verify(now, old).Misfit!.Why, StringComparison.Ordinal);
    }
}
