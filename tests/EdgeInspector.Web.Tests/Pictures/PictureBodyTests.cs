using System.Text;
using EdgeInspector.Web.Pictures;
using Microsoft.AspNetCore.Http;

namespace EdgeInspector.Web.Tests.Pictures;

public sealed class PictureBodyTests
{
    private const int Most = 1000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_raw_body_is_the_picture() =>
        Assert.Equal([1, 2, 3], (await Read([1, 2, 3], "application/octet-stream")).Bytes);

    [Fact]
    public async Task A_body_without_a_type_is_the_picture_too() => Assert.Equal([1, 2, 3], (await Read([1, 2, 3], null)).Bytes);

    [Theory]
    [InlineData("name=\"imageData\"; filename=\"a.jpg\"")]
    [InlineData("name=imageData")]
    [InlineData("name=\"file\"; filename=\"a.jpg\"")]
    public async Task The_file_of_a_form_is_the_picture(string disposition) =>
        Assert.Equal("picture", Encoding.ASCII.GetString((await Read(Form(("x=1", "no"), (disposition, "picture")), FormType)).Bytes!));

    [Fact]
    public async Task The_part_imageData_goes_before_another_file()
    {
        byte[] form = Form(("name=other; filename=b.jpg", "other"), ("name=imageData; filename=a.jpg", "picture"));
        Assert.Equal("picture", Encoding.ASCII.GetString((await Read(form, FormType)).Bytes!));
    }

    [Fact]
    public async Task A_picture_at_the_limit_is_taken_and_one_byte_more_is_refused_with_the_setting()
    {
        Assert.Equal(Most, (await Read(new byte[Most], null)).Bytes!.Length);
        foreach (PictureBody body in new[]
        {
            await Read(new byte[Most + 1], null),
            await Read(Form(("name=imageData; filename=a", new string('x', Most + 1))), FormType),
        })
        {
            Assert.Equal((400, "BadRequestImageSizeBytes"), (body.Fault!.Status, body.Fault.Code));
            Assert.Contains("Http:Prediction:MostBytes", body.Fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_length_that_is_only_claimed_is_refused_before_anything_is_read()
    {
        var request = new DefaultHttpContext().Request;
        request.ContentLength = 10_000_000_000;
        request.Body = new Unreadable();
        Assert.Equal("BadRequestImageSizeBytes", (await PictureBody.ReadAsync(request, Most, Stop)).Fault!.Code);
    }

    [Theory]
    [InlineData("", null, "empty")]
    [InlineData("--b--", FormType, "no file")]
    [InlineData("nothing of the kind", FormType, "can't be read")]
    [InlineData("x", "multipart/form-data", "no boundary")]
    public async Task What_holds_no_picture_is_refused_with_what_to_send(string body, string? type, string said) =>
        Assert.Contains(said, (await Read(Encoding.ASCII.GetBytes(body), type)).Fault!.Message, StringComparison.Ordinal);

    [Fact]
    public async Task Whatever_bytes_a_form_is_made_of_it_is_a_picture_or_a_fault()
    {
        byte[] whole = Form(("name=imageData; filename=a.jpg", "picture"), ("name=x", "y"));
        var random = new Random(20_261_129);
        for (int i = 0; i < 5000; i++)
        {
            byte[] bytes = [.. whole];
            for (int change = random.Next(1, 6); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            PictureBody read = await Read(bytes[..random.Next(bytes.Length + 1)], FormType);
            Assert.True(read.Bytes is null ^ read.Fault is null);
        }
    }

    private const string FormType = "multipart/form-data; boundary=b";

    private static byte[] Form(params (string Disposition, string Content)[] parts) => Encoding.ASCII.GetBytes(string.Concat(parts.Select(
        part => $"--b\r\nContent-Disposition: form-data; {part.Disposition}\r\n\r\n{part.Content}\r\n")) + "--b--\r\n");

    private static Task<PictureBody> Read(byte[] body, string? type)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.ContentType = type;
        request.Body = new MemoryStream(body);
        return PictureBody.ReadAsync(request, Most, Stop);
    }

    private sealed class Unreadable : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("It was read.");
    }
}
