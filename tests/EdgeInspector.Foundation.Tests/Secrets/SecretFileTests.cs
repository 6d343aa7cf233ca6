using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Foundation.Tests.Secrets;

public sealed class SecretFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("open sesame")]
    [InlineData("open sesame\n")]
    [InlineData("open sesame\r\n")]
    [InlineData("open sesame\nanother line\n")]
    [InlineData("\uFEFFopen sesame\n")]
    public void The_first_line_without_its_end_is_the_secret(string content) =>
        Assert.Equal("open sesame", SecretFile.Read(Write(content), "Mqtt:PasswordFile"));

    [Fact]
    public void Blanks_belong_to_the_secret() => Assert.Equal(" ö ", SecretFile.Read(Write(" ö \n"), "Mqtt:PasswordFile"));

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\nopen sesame\n")]
    public void An_empty_first_line_is_no_secret(string content) =>
        Assert.Contains("is empty", Refusal(Write(content)), StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_named_in_full()
    {
        string file = _folder["absent"];
        Assert.Equal($"Mqtt:PasswordFile: there is no file {file}.", Refusal(file));
    }

    [Fact]
    public void A_folder_is_no_secret() => Assert.Contains("is a folder", Refusal(_folder.Path), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_far_too_long_is_not_read_to_its_end()
    {
        string file = _folder["long"];
        using (FileStream stream = File.Create(file))
            stream.SetLength(1L << 40);
        Assert.Contains("has more than 64 KiB", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_text_is_refused_and_not_shown()
    {
        string file = _folder["binary"];
        File.WriteAllBytes(file, [.. "sesame"u8, 0xff, 0xfe]);
        string refusal = Refusal(file);
        Assert.Contains("no text in UTF-8", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", refusal, StringComparison.Ordinal);
    }

    private static string Refusal(string file) =>
        Assert.Throws<SecretFileException>(() => SecretFile.Read(file, "Mqtt:PasswordFile")).Message;

    private string Write(string content)
    {
        string file = _folder["secret"];
        File.WriteAllText(file, content);
        return file;
    }
}
