using System.Text;
using System.Text.Json.Nodes;
using EdgeInspector.Inspection.References;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Inspection.Tests.References;

/// <summary>A reference's file is read back as it was written, and nothing in it is trusted.</summary>
public sealed class ReferenceFormatTests : IDisposable
{
    private readonly DrawnParts _parts = new(7);

    public void Dispose() => _parts.Dispose();

    [Fact]
    public void A_reference_is_read_back_as_it_was_written()
    {
        Reference written = _parts.Learnt(12, "A12");
        Reference? read = ReferenceFormat.Read(ReferenceFormat.Write(written), out string? problem);
        Assert.Null(problem);
        Assert.Equal(
            (written.Station, written.Type, written.At, written.By, written.From, written.Parts),
            (read!.Station, read.Type, read.At, read.By, read.From, read.Parts));
        Assert.Equal(written.Brightness.Mean, read.Brightness.Mean, 0.00001);
        Assert.Equal(written.Look[100], read.Look[100], 0.01f);
    }

    [Theory]
    [InlineData("version", "2", "version is 2")]
    [InlineData("station", "\"\"", "of which station")]
    [InlineData("type", "\"\"", "its type")]
    [InlineData("by", "\"a\\u0007\"", "control characters")]
    [InlineData("width", "0", "0 ×")]
    [InlineData("parts", "3", "3 parts")]
    [InlineData("rows", "4", "4 × 96")]
    [InlineData("look", "[1,2]", "'look' has 2 numbers")]
    [InlineData("deviation", "null", "'deviation' has 0 numbers")]
    [InlineData("brightness", "{\"mean\":7,\"deviation\":0,\"least\":7,\"most\":7}", "'brightness'")]
    [InlineData("x", "{\"mean\":0,\"deviation\":-1,\"least\":0,\"most\":0}", "'x'")]
    [InlineData("sharpness", "{\"mean\":1e999}", "'sharpness'")]
    [InlineData("turn", "\"none\"", "no reference")]
    public void A_file_that_says_what_no_reference_says_is_refused_by_name(string field, string value, string words)
    {
        JsonNode json = JsonNode.Parse(ReferenceFormat.Write(_parts.Learnt(12)))!;
        string text = json.ToJsonString();
        json[field] = "@";
        text = json.ToJsonString().Replace($"\"{field}\":\"@\"", $"\"{field}\":{value}", StringComparison.Ordinal);
        Assert.Null(ReferenceFormat.Read(Encoding.UTF8.GetBytes(text), out string? problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_a_file_holds_it_is_a_sound_reference_or_a_sentence()
    {
        byte[] sound = ReferenceFormat.Write(_parts.Learnt(12));
        Prop.ForAll<byte[], int, byte>((bytes, at, by) =>
        {
            byte[] changed = [.. sound];
            changed[(int)((uint)at % (uint)changed.Length)] = by;
            return IsSoundOrSaysWhy(bytes) && IsSoundOrSaysWhy(changed)
                && IsSoundOrSaysWhy(changed.AsSpan(0, (int)((uint)at % (uint)changed.Length)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static bool IsSoundOrSaysWhy(ReadOnlySpan<byte> json)
    {
        Reference? read = ReferenceFormat.Read(json, out string? problem);
        if (read is null)
            return !string.IsNullOrEmpty(problem);
        // It can be held against pictures.
        return problem is null && new ReferenceCheck(read, new ReferenceOptions()).Limits.Different > 0;
    }
}
