using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Capture.Tests.Support;
using OpenCvSharp;

namespace EdgeInspector.Capture.Tests.ImageFiles;

/// <summary>
/// Images broken at random: whatever the bytes, there is a picture within the limits or a sentence, and never more memory than the limits
/// allow.
/// </summary>
public sealed class MutatedImageTests
{
    private static readonly ImageLimits Limits = Pictures.AnyFormat with { MaxPixels = 1_000_000 };

    public static TheoryData<string> Kinds => [.. Pictures.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Broken_images_never_crash_and_never_exceed_the_limits(string kind)
    {
        var random = new Random(20261123);
        byte[] original = Pictures.Encode(kind, 40, 30);
        int refused = 0;
        for (int round = 0; round < 2000; round++)
        {
            byte[] file = Mutate(original, random);
            using ImageDecoding decoding = ImageFile.Decode(file, Limits);
            Assert.NotEqual(decoding.Image is null, decoding.Problem is null);
            if (decoding.Image is not { } image)
            {
                refused++;
                continue;
            }
            Assert.Equal(MatType.CV_8UC3, image.Type());
            Assert.InRange((long)image.Width * image.Height, 1, Limits.MaxPixels);
        }
        Assert.InRange(refused, 1, 1999);
    }

    [Fact]
    public void Broken_files_of_several_pages_never_crash_and_never_exceed_the_limits()
    {
        var random = new Random(20261128);
        byte[] tiff = Tiff.Write(
            new TiffPage(40, 30, 16, 9000, (281, 4095)), new TiffPage(10, 8, 8, 3, (254, 1)), new TiffPage(40, 30, 8, 90));
        byte[] jpeg = [.. Pictures.Encode(".jpg", 40, 30), .. Pictures.Encode(".jpg", 40, 30)];
        for (int round = 0; round < 4000; round++)
        {
            using ImageDecoding decoding = ImageFile.Decode(Mutate(round % 2 == 0 ? tiff : jpeg, random), Limits);
            Assert.NotEqual(decoding.Pages.Count == 0, decoding.Problem is null);
            Assert.InRange(decoding.Pages.Sum(page => (long)page.Width * page.Height), 0, Limits.MaxPixels);
        }
    }

    [Fact]
    public void The_head_of_anything_is_read_without_allocating()
    {
        var random = new Random(7);
        byte[][] originals = [.. Pictures.Kinds.Select(kind => Pictures.Encode(kind, 40, 30))];
        byte[][] files = [.. Enumerable.Range(0, 5000).Select(round => Mutate(originals[round % originals.Length], random))];
        ImageHeaderReader.Read(files[0], out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (byte[] file in files)
            ImageHeaderReader.Read(file, out _);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    /// <summary>
    /// Half the time only the head is hit, where the sizes and offsets are; now and then with extreme values, or cut off.
    /// </summary>
    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] file = [.. original];
        int reach = random.Next(2) == 0 ? Math.Min(64, file.Length) : file.Length;
        for (int hits = random.Next(1, 6); hits > 0; hits--)
        {
            int at = random.Next(reach);
            switch (random.Next(4))
            {
                case 0:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    file[at] = 0xFF;
                    break;
                case 2:
                    file[at] = 0;
                    break;
                default:
                    random.NextBytes(file.AsSpan(at, Math.Min(random.Next(1, 9), file.Length - at)));
                    break;
            }
        }
        return random.Next(8) == 0 ? file[..random.Next(file.Length)] : file;
    }
}
