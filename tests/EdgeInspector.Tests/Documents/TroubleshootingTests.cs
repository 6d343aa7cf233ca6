using System.Text.RegularExpressions;

namespace EdgeInspector.Tests.Documents;

/// <summary>Somebody looks up what <c>doctor</c> said: the page must have its very words.</summary>
public sealed partial class TroubleshootingTests
{
    // Where the findings are worded.
    private static readonly string[] Sources =
    [
        "EdgeInspector/Doctor/Clock.cs", "EdgeInspector/Doctor/CameraRate.cs", "EdgeInspector/Doctor/CameraFolder.cs",
        "EdgeInspector/Doctor/SharedFolders.cs", "EdgeInspector/Doctor/DataFolder.cs", "EdgeInspector/Doctor/NativeLibraries.cs",
        "EdgeInspector/Doctor/Examination.cs", "EdgeInspector/Doctor/StationFiles.cs", "EdgeInspector/Settings/SecretExposure.cs",
        "EdgeInspector/Settings/SecretFolders.cs", "EdgeInspector.Foundation/Secrets/SecretFile.cs",
        "EdgeInspector.Foundation/Files/DataFolderLock.cs", "EdgeInspector.Foundation/Clocks/WallTime.cs",
        "EdgeInspector.Foundation/Files/FileFacts.cs", "EdgeInspector.Delivery/Connecting/BrokerCheck.cs",
        "EdgeInspector.Delivery/Connecting/ConnectFault.cs", "EdgeInspector.Delivery/Connecting/ServerCertificate.cs",
        "EdgeInspector.Delivery/Connecting/Certificates.cs", "EdgeInspector.Foundation/Certificates/PemFile.cs",
        "EdgeInspector.Foundation/Certificates/CertificateFile.cs", "EdgeInspector.Foundation/Certificates/ClientIdentity.cs",
        "EdgeInspector.Foundation/Certificates/KeyCurve.cs", "EdgeInspector.Foundation/Certificates/PrivateKey.cs",
        "EdgeInspector.Foundation/Certificates/ServerChain.cs", "EdgeInspector.Delivery/Journal/JournalCheck.cs",
        "EdgeInspector.Delivery/Webhooks/WebhookCheck.cs", "EdgeInspector.Delivery/Webhooks/ReceiverCertificate.cs",
        "EdgeInspector.Capture/CameraCheck.cs", "EdgeInspector.Capture/FramePixels.cs", "EdgeInspector.Capture/Cameras/UsbCamera.cs",
        "EdgeInspector.Capture/Cameras/UrlCamera.cs", "EdgeInspector.Capture/Cameras/StreamProbe.cs",
        "EdgeInspector.Capture/Cameras/Network/NetworkFault.cs", "EdgeInspector.Capture/Cameras/Network/HttpPictures.cs",
        "EdgeInspector.Capture/Cameras/Network/FfmpegProgram.cs", "EdgeInspector.Capture/Cameras/ImageFolder.cs",
        "EdgeInspector.Capture/Cameras/Folders/FolderFiles.cs", "EdgeInspector.Capture/Cameras/Folders/ReadFile.cs",
        "EdgeInspector.Capture/ImageFiles/SampleDepth.cs", "EdgeInspector.Capture/ImageFiles/ContradictoryHead.cs",
        "EdgeInspector.Capture/ImageFiles/TiffHeader.cs", "EdgeInspector.Capture/ImageFiles/JpegHeader.cs",
        "EdgeInspector.Capture/Cameras/VideoFile.cs", "EdgeInspector.Capture/Cameras/VideoDevice.cs",
        "EdgeInspector.Capture/Cameras/FfmpegStream.cs", "EdgeInspector.Capture/Cameras/SourceWordings.cs",
        "EdgeInspector.Capture/Cameras/FolderWordings.cs",
    ];

    // Mostly of files that somebody looks at by hand; what a camera's folder meets of it is on the page as well.
    private static readonly string[] AlsoQuoted =
        ["EdgeInspector.Capture/ImageFiles/ImageFile.cs", "EdgeInspector.Foundation/Clocks/ClockWordings.cs"];

    // Good news, and what is no finding.
    private static readonly string[] NoTrouble = ["The folder can be read; pictures come as files appear."];

    [Fact]
    public void Each_finding_of_doctor_is_on_the_page()
    {
        string page = Plain(Repository.Read("docs/troubleshooting.md"));
        string[] missing =
        [
            .. Findings(Sources).Where(IsSentence).Select(pieces => Plain(pieces.MaxBy(piece => piece.Length)!))
                .Where(words => !NoTrouble.Contains(words) && !page.Contains(words, StringComparison.Ordinal)).Distinct(),
        ];
        Assert.True(
            missing.Length == 0, $"docs/troubleshooting.md lacks what doctor says; add it, with what to do:\n{string.Join('\n', missing)}");
    }

    [Fact]
    public void What_the_page_quotes_is_what_doctor_says()
    {
        string said = Plain(string.Join(' ', Findings([.. Sources, .. AlsoQuoted]).SelectMany(pieces => pieces)));
        string page = Repository.Read("docs/troubleshooting.md");
        IEnumerable<string> quotes = page[page.IndexOf("## What doctor says", StringComparison.Ordinal)..].Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| it says", StringComparison.Ordinal))
            .Select(line => line.Split(" | ")[0][2..]);
        string[] invented = [.. quotes.Where(quote => Sentences()
            .Split(quote)
            .SelectMany(sentence => sentence.Split('…'))
            .Any(words => Words(words) is { Length: >= 12 } plain && !said.Contains(plain, StringComparison.Ordinal)))];
        Assert.True(invented.Length == 0, $"docs/troubleshooting.md quotes what doctor does not say:\n{string.Join('\n', invented)}");
    }

    [Fact]
    public void What_the_page_quotes_of_the_log_is_what_the_log_says()
    {
        string[] sources = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)];
        var messages = sources.SelectMany(file => LogMessage().Matches(File.ReadAllText(file)))
            .Select(match => Placeholders().Replace(string.Concat(StringLiterals.Of(match.Groups[1].Value)[0]), "…"))
            .ToHashSet(StringComparer.Ordinal);
        Assert.True(messages.Count > 50, $"Only {messages.Count} messages were found.");
        string page = Repository.Read("docs/troubleshooting.md");
        int start = page.IndexOf("## What the log says", StringComparison.Ordinal);
        string[] quotes =
        [
            .. page[start..page.IndexOf("## What doctor says", StringComparison.Ordinal)].Split('\n')
                .Where(
                    line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| the log says", StringComparison.Ordinal))
                .Select(line => line.Split(" | ")[0][2..]),
        ];
        Assert.True(quotes.Length > 20);
        Assert.DoesNotContain(quotes, quote => !messages.Contains(quote));
    }

    private static IEnumerable<string[]> Findings(string[] sources) =>
        sources.SelectMany(source => StringLiterals.Of(Repository.Read($"src/{source}"))
            // A sentence with a code has its gaps in the text itself.
            .Select(pieces => source.EndsWith("Wordings.cs", StringComparison.Ordinal)
                ? [.. pieces.SelectMany(piece => Gaps().Split(piece))]
                : pieces));

    /// <summary>Long enough to be a sentence, and not a word for a machine.</summary>
    private static bool IsSentence(string[] pieces) =>
        pieces.MaxBy(piece => piece.Length) is { Length: >= 20 } longest && longest.Trim().Contains(' ', StringComparison.Ordinal)
        && EndOfSentence().IsMatch(string.Join('…', pieces).Trim());

    private static string Words(string text) => Plain(text).Trim('.', ':', ',', ';', '"', '\'', '(', ')', ' ');

    private static string Plain(string text) => Blanks().Replace(text, " ").Trim();

    [GeneratedRegex(@"[.?)]$")]
    private static partial Regex EndOfSentence();

    [GeneratedRegex(@"(?<=[.?:;]) ")]
    private static partial Regex Sentences();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"LoggerMessage\([^""]*Message = (""[^\]]*"")\)\]")]
    private static partial Regex LogMessage();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholders();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Gaps();
}
