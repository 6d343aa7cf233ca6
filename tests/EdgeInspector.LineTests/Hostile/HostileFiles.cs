using System.Diagnostics;
using EdgeInspector.LineTests.Line;
using OpenCvSharp;

namespace EdgeInspector.LineTests.Hostile;

/// <summary>
/// Files in a watched folder and in an inbox, with names and contents by chance: whole pictures, spoilt ones, and things that are no files.
/// </summary>
internal sealed class HostileFiles : IDisposable
{
    private const int MostInFolder = 300;

    private static readonly string[] Endings = [".png", ".jpg", ".bmp", ".tif", ".webp", ".JPEG", "", ".txt", ".png.part"];

    private readonly Random _random;
    private readonly HostileText _text;
    private readonly string _pictures;
    private readonly string _inbox;
    private readonly Mat _picture = new(48, 64, MatType.CV_8UC3);
    private readonly byte[] _package;
    private int _number;

    /// <param name="random">Decides everything.</param>
    /// <param name="pictures">The watched folder.</param>
    /// <param name="inbox">The station's inbox.</param>
    /// <param name="package">A good package as a zip, to be spoilt.</param>
    public HostileFiles(Random random, string pictures, string inbox, byte[] package)
    {
        (_random, _text, _pictures, _inbox, _package) = (random, new HostileText(random), pictures, inbox, package);
        Directory.CreateDirectory(pictures);
        Directory.CreateDirectory(inbox);
    }

    /// <summary>Puts one thing into the watched folder.</summary>
    public void AddPicture()
    {
        string name = Name() + Endings[_random.Next(Endings.Length)];
        string to = Path.Combine(_pictures, name);
        switch (_random.Next(400))
        {
            case 0:
                Directory.CreateDirectory(to);
                break;
            case 1:
                File.CreateSymbolicLink(to, _random.Next(2) == 0 ? to : "/dev/zero");
                break;
            case 2:
                using (Process made = Process.Start("mkfifo", ["--", to]))
                    made.WaitForExit();
                break;
            case 3:
                using (FileStream sparse = File.Create(to))
                    sparse.SetLength(1L << 40);
                break;
            default:
                // As a camera's software should: whole, under another name, then renamed.
                string beside = Path.Combine(_pictures, ".writing");
                File.WriteAllBytes(beside, Picture());
                File.Move(beside, to, overwrite: true);
                break;
        }
        TidyUp();
    }

    /// <summary>Puts one thing into the inbox: a package with some bytes changed, a piece of one, or noise.</summary>
    public void AddPackage()
    {
        byte[] bytes = _random.Next(4) == 0 ? Noise(4_000) : Spoilt(_package);
        string beside = Path.Combine(_inbox, ".writing");
        File.WriteAllBytes(beside, bytes);
        File.Move(beside, Path.Combine(_inbox, Name() + (_random.Next(3) == 0 ? ".onnx" : ".zip")), overwrite: true);
    }

    /// <summary>What nobody takes would pile up without end, as it would on a disk that somebody looks after.</summary>
    private void TidyUp()
    {
        if (++_number % MostInFolder != 0)
            return;
        foreach (FileSystemInfo left in new DirectoryInfo(_pictures).EnumerateFileSystemInfos())
            left.Delete();
    }

    private string Name()
    {
        string name = string.Concat(_text.Next(5).Where(c => c is not ('/' or '\0') && !char.IsSurrogate(c)));
        return $"{(name.Length > 60 ? name[..60] : name)}{_number}";
    }

    private byte[] Picture()
    {
        Belt.Fill(_picture, _random.Next(40, 220));
        Cv2.Circle(_picture, _random.Next(64), 24, 4, Scalar.All(120), -1);
        byte[] whole = _picture.ToBytes(Endings[_random.Next(4)]);
        return _random.Next(4) switch { 0 => Spoilt(whole), 1 => Noise(500), _ => whole };
    }

    private byte[] Spoilt(byte[] whole)
    {
        byte[] bytes = [.. whole];
        for (int left = _random.Next(1, 8); left > 0; left--)
            bytes[_random.Next(bytes.Length)] = (byte)_random.Next(256);
        return _random.Next(3) == 0 ? bytes[.._random.Next(bytes.Length)] : bytes;
    }

    private byte[] Noise(int most)
    {
        byte[] bytes = new byte[_random.Next(most)];
        _random.NextBytes(bytes);
        return bytes;
    }

    public void Dispose() => _picture.Dispose();
}
