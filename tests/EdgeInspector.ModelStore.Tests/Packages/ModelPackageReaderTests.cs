using System.IO.Compression;
using System.Text;
using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Packages;

namespace EdgeInspector.ModelStore.Tests.Packages;

public sealed class ModelPackageReaderTests : IDisposable
{
    private readonly PackageFolder _package = new();

    public void Dispose() => _package.Dispose();

    [Fact]
    public void A_folder_is_read_with_all_that_it_says()
    {
        ModelPackage package = Accepted(_package.Folder);
        Assert.Equal("part-classifier", package.Name);
        Assert.Equal("11111111-2222-3333-4444-555555555555", package.Iteration);
        Assert.Equal("Classification", package.DomainType);
        Assert.Equal(["ok", "scratch", "dent"], package.Labels);
        Assert.Equal("Rgb8", package.Metadata["Image.BitmapPixelFormat"]);
        Assert.Equal(PackageFolder.Model, package.Onnx);
        Assert.Matches("^[0-9a-f]{64}$", package.Hash);
    }

    [Theory]
    [InlineData("")]
    [InlineData("part-classifier/")]
    public void A_zip_gives_the_same_package_as_the_folder(string prefix)
    {
        ModelPackage folder = Accepted(_package.Folder);
        _package.Write("LICENSE", "beside it");
        ModelPackage zip = Accepted(_package.Zip(prefix));
        Assert.Equal((folder.Name, folder.Hash, folder.Iteration), (zip.Name, zip.Hash, zip.Iteration));
        Assert.Equal(folder.Onnx, zip.Onnx);
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("labels.txt")]
    [InlineData("cvexport.manifest")]
    [InlineData("metadata_properties.json")]
    public void Every_recognised_file_counts_for_the_hash(string file)
    {
        _package.Write("cvexport.manifest", PackageFolder.Manifest(sha1: ""));
        string before = Accepted(_package.Folder).Hash;
        byte[] content = File.ReadAllBytes(_package.File(file));
        // A text may end with a line more; a network must keep its form.
        _package.Write(file, file == "model.onnx" ? [.. content[..^1], (byte)(content[^1] + 1)] : [.. content, (byte)'\n']);
        Assert.NotEqual(before, Accepted(_package.Folder).Hash);
    }

    [Theory]
    [InlineData("CON.onnx", "device")]
    [InlineData("package.json", "means something else")]
    [InlineData("model.", "ends with a dot")]
    [InlineData("mo|del.onnx", "characters")]
    public void A_file_name_that_not_every_system_holds_is_refused(string name, string words)
    {
        _package.Write("cvexport.manifest", PackageFolder.Manifest(model: name.Replace("|", "\\u0001", StringComparison.Ordinal)));
        _package.Write(name.Replace("|", "\u0001", StringComparison.Ordinal), PackageFolder.Model);
        Assert.Contains(ModelPackageReader.Read(_package.Folder).Problems, problem => problem.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_of_a_package_that_is_a_link_is_refused()
    {
        string elsewhere = _package.Beside("elsewhere.onnx");
        File.Move(_package.File("model.onnx"), elsewhere);
        File.CreateSymbolicLink(_package.File("model.onnx"), elsewhere);
        Assert.Contains("is a link", Assert.Single(ModelPackageReader.Read(_package.Folder).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bare_network_needs_only_labels_beside_it()
    {
        _package.Delete("cvexport.manifest");
        _package.Delete("metadata_properties.json");
        ModelPackage package = Accepted(_package.File("model.onnx"));
        Assert.Equal("model", package.Name);
        Assert.Null(package.Iteration);
        _package.Delete("labels.txt");
        Refused(_package.File("model.onnx"), "contains no labels.txt");
    }

    [Theory]
    [InlineData("TensorFlow")]
    [InlineData("DockerFile")]
    [InlineData("CoreML")]
    public void An_export_for_another_platform_is_named_and_mended(string platform)
    {
        _package.Write("cvexport.manifest", PackageFolder.Manifest(platform));
        Refused(_package.Zip(), $"exported for the platform {platform}, not for ONNX. Export the iteration again and choose ONNX.");
    }

    [Fact]
    public void An_export_for_another_platform_without_manifest_is_guessed()
    {
        _package.Delete("cvexport.manifest");
        _package.Delete("model.onnx");
        _package.Write("model.pb", "x");
        Refused(_package.Folder, "looks like an export for TensorFlow");
    }

    [Fact]
    public void A_network_that_does_not_match_its_check_sum_is_refused()
    {
        _package.Write("model.onnx", [.. PackageFolder.Model[..^1], 0]);
        Refused(_package.Folder, "model.onnx does not match the check sum");
    }

    [Fact]
    public void A_missing_network_and_missing_labels_are_both_told()
    {
        _package.Delete("model.onnx");
        _package.Delete("labels.txt");
        IReadOnlyList<string> problems = ModelPackageReader.Read(_package.Folder).Problems;
        Assert.Equal(2, problems.Count);
        Assert.All(problems, problem => Assert.StartsWith($"Model package '{_package.Folder}': ", problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ok\nscratch\ndent\n")]
    [InlineData("ok\r\nscratch\r\ndent\r\n\r\n")]
    [InlineData("\uFEFFok\nscratch\ndent")]
    [InlineData(" ok \n\tscratch\ndent")]
    public void Labels_may_have_a_mark_any_line_end_and_blanks(string text)
    {
        _package.Write("labels.txt", text);
        Assert.Equal(["ok", "scratch", "dent"], Accepted(_package.Folder).Labels);
    }

    [Theory]
    [InlineData("0 ok\n1 scratch\n2 dent", "ok", "scratch", "dent")]
    [InlineData("0 ok\n2 scratch\n1 dent", "0 ok", "2 scratch", "1 dent")]
    [InlineData("0\n1\n2", "0", "1", "2")]
    public void Numbers_that_Teachable_Machine_puts_before_its_tags_are_left_out_where_every_line_has_its_own(
        string text, params string[] expected)
    {
        _package.Write("labels.txt", text);
        Assert.Equal(expected, Accepted(_package.Folder).Labels);
    }

    [Fact]
    public void Labels_saved_as_utf16_are_read()
    {
        _package.Write("labels.txt", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("ok\r\nkratzer ß")]);
        Assert.Equal(["ok", "kratzer ß"], Accepted(_package.Folder).Labels);
    }

    [Theory]
    [InlineData("", "labels.txt is empty")]
    [InlineData(" \n\n", "labels.txt is empty")]
    [InlineData("ok\n\ndent", "labels.txt, line 2, is empty")]
    [InlineData("ok\ndent\nok", "labels.txt, line 3, repeats the tag 'ok' of line 1")]
    [InlineData("ok\nde\u0007nt", "labels.txt, line 2, contains a control character")]
    public void Labels_that_would_shift_or_mix_tags_are_refused_with_the_line(string text, string expected)
    {
        _package.Write("labels.txt", text);
        Refused(_package.Folder, expected);
    }

    [Fact]
    public void Labels_that_are_no_text_are_refused()
    {
        _package.Write("labels.txt", [0x6F, 0xC3, 0x28]);
        Refused(_package.Folder, "labels.txt is not valid UTF-8");
    }

    [Theory]
    [InlineData("cvexport.manifest")]
    [InlineData("metadata_properties.json")]
    public void Broken_json_is_refused_with_its_line(string file)
    {
        _package.Write(file, "{\n  \"Platform\": \"ONNX\",\n  oops\n}");
        Refused(_package.Folder, $"{file} is not valid JSON, line 3");
    }

    [Theory]
    [InlineData("../model.onnx")]
    [InlineData("..\\\\model.onnx")]
    [InlineData("/etc/passwd")]
    [InlineData("C:model.onnx")]
    public void A_manifest_that_points_out_of_the_package_is_refused(string name)
    {
        _package.Write("cvexport.manifest", PackageFolder.Manifest(model: name));
        Refused(_package.Folder, "only a plain file name is allowed");
    }

    [Theory]
    [InlineData("../evil.txt")]
    [InlineData("a/../../evil.txt")]
    [InlineData("..\\evil.txt")]
    [InlineData("/etc/cron.d/evil")]
    [InlineData("C:\\evil.txt")]
    public void A_zip_entry_that_leads_out_of_its_folder_is_refused(string name)
    {
        string zip = _package.Zip();
        using (ZipArchive archive = ZipFile.Open(zip, ZipArchiveMode.Update))
            archive.CreateEntry(name);
        Refused(zip, "leads out of its folder");
    }

    [Fact]
    public void A_zip_bomb_is_refused_before_it_is_unpacked()
    {
        _package.Write("weights.bin", new byte[8 << 20]);
        Refused(_package.Zip(), "zip bomb");
    }

    [Fact]
    public void A_zip_that_lies_about_a_size_is_refused()
    {
        _package.Write("labels.txt", new string('a', 50_000));
        string zip = _package.Zip();
        byte[] bytes = File.ReadAllBytes(zip);
        int patched = 0;
        for (int i = 0; i + 4 <= bytes.Length; i++)
        {
            if (BitConverter.ToInt32(bytes, i) == 50_000)
            {
                BitConverter.GetBytes(20).CopyTo(bytes, i);
                patched++;
            }
        }
        Assert.True(patched > 0);
        File.WriteAllBytes(zip, bytes);
        Refused(zip, "labels.txt");
    }

    [Fact]
    public void A_damaged_file_in_a_zip_is_refused()
    {
        string zip = _package.Beside("stored.zip");
        using (ZipArchive archive = ZipFile.Open(zip, ZipArchiveMode.Create))
        {
            foreach (string file in Directory.GetFiles(_package.Folder))
                archive.CreateEntryFromFile(file, Path.GetFileName(file), CompressionLevel.NoCompression);
        }
        byte[] bytes = File.ReadAllBytes(zip);
        int tag = bytes.AsSpan().IndexOf("scratch"u8);
        bytes[tag] = (byte)'S';
        File.WriteAllBytes(zip, bytes);
        Refused(zip, "labels.txt is damaged");
    }

    [Fact]
    public void Sizes_beyond_the_limits_are_refused_with_the_limit()
    {
        Assert.Contains(
            "model.onnx is larger than the 2 KiB", Problem(_package.Folder, new PackageLimits { Model = 2048 }), StringComparison.Ordinal);
        Assert.Contains(
            "cvexport.manifest is larger than the 100 bytes",
            Problem(_package.Folder, new PackageLimits { Text = 100 }),
            StringComparison.Ordinal);
        string zip = _package.Zip();
        Assert.Contains("4 entries; at most 3", Problem(zip, new PackageLimits { Entries = 3 }), StringComparison.Ordinal);
        Assert.Contains("would unpack to more than", Problem(zip, new PackageLimits { Unpacked = 1000 }), StringComparison.Ordinal);
        Assert.Contains("The zip is larger than", Problem(zip, new PackageLimits { Archive = 1000 }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_leads_nowhere_is_refused_with_what_is_expected()
    {
        Refused(_package.Beside("nothing"), "There is no such folder or file");
        File.WriteAllText(_package.Beside("model.tar"), "x");
        Refused(_package.Beside("model.tar"), "neither a folder nor a .zip nor an .onnx file");
        File.WriteAllText(_package.Beside("empty.zip"), "");
        Refused(_package.Beside("empty.zip"), "The zip is empty");
    }

    [Fact]
    public void What_was_packed_or_unpacked_once_too_often_is_refused_with_what_to_bring_instead()
    {
        string outer = _package.Beside("outer");
        Directory.CreateDirectory(outer);
        Refused(outer, "it is empty");
        Directory.Move(_package.Folder, Path.Combine(outer, "export"));
        Refused(outer, "but the folder export");
        ZipFile.CreateFromDirectory(Path.Combine(outer, "export"), _package.Beside("inner.zip"));
        using (ZipArchive archive = ZipFile.Open(_package.Beside("outer.zip"), ZipArchiveMode.Create))
            archive.CreateEntryFromFile(_package.Beside("inner.zip"), "inner.zip");
        Refused(_package.Beside("outer.zip"), "but inner.zip. Take that out of it");
    }

    [Fact]
    public void A_table_of_contents_without_end_is_refused_before_it_is_read()
    {
        // Entries cost nothing to write, and an object each to read; what the record at the end says of their number may be a lie.
        byte[] entry = new byte[47];
        "PK\x01\x02"u8.CopyTo(entry);
        entry[28] = 1;
        entry[46] = (byte)'x';
        byte[] entries = [.. Enumerable.Repeat(entry, 100_000).SelectMany(bytes => bytes)];
        foreach (uint start in new uint[] { 0, uint.MaxValue })
        {
            byte[] end = new byte[22];
            "PK\x05\x06"u8.CopyTo(end);
            end[8] = end[10] = 1;
            BitConverter.GetBytes(start).CopyTo(end, 16);
            File.WriteAllBytes(_package.Beside("many.zip"), [.. entries, .. end]);
            Refused(_package.Beside("many.zip"), "table of contents");
        }
    }

    [Fact]
    public void A_manifest_whose_iteration_is_a_book_is_refused_because_every_event_would_carry_it()
    {
        _package.Write(
            "cvexport.manifest",
            PackageFolder.Manifest().Replace("11111111-2222-3333-4444-555555555555", new string('1', 300), StringComparison.Ordinal));
        Refused(_package.Folder, "IterationId is longer than 256");
        _package.Write(
            "cvexport.manifest",
            PackageFolder.Manifest().Replace("11111111-2222-3333-4444-555555555555", "\\u001b[2J", StringComparison.Ordinal));
        Refused(_package.Folder, "control characters");
    }

    [Fact]
    public void A_pipe_in_the_place_of_a_file_is_not_waited_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there anybody can make one.");
        string zip = _package.Beside("pipe.zip");
        _package.Delete("labels.txt");
        foreach (string pipe in new[] { zip, _package.File("labels.txt"), _package.Folder + ".sig" })
            System.Diagnostics.Process.Start("mkfifo", pipe).WaitForExit();
        Refused(zip, "The zip is empty");
        Refused(_package.Folder, "labels.txt is empty");
        _package.Delete("labels.txt");
        _package.Write("labels.txt", "ok\nscratch\ndent");
        Accepted(_package.Folder);
    }

    [Fact]
    public void Nothing_is_written_beside_the_package()
    {
        string zip = _package.Zip();
        string[] before = Directory.GetFileSystemEntries(Path.GetDirectoryName(zip)!, "*", SearchOption.AllDirectories);
        Accepted(zip);
        Assert.Equal(before, Directory.GetFileSystemEntries(Path.GetDirectoryName(zip)!, "*", SearchOption.AllDirectories));
    }

    private static ModelPackage Accepted(string path)
    {
        ReadOutcome reading = ModelPackageReader.Read(path);
        Assert.Empty(reading.Problems);
        return reading.Package!;
    }

    private static void Refused(string path, string expected)
    {
        ReadOutcome reading = ModelPackageReader.Read(path);
        Assert.Null(reading.Package);
        Assert.Contains(expected, Assert.Single(reading.Problems), StringComparison.Ordinal);
    }

    private static string Problem(string path, PackageLimits limits) => Assert.Single(ModelPackageReader.Read(path, limits).Problems);
}
