using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Models;

/// <summary>Packages that must not run, by every way: the old model goes on, and the message says what to do.</summary>
public sealed class BadPackageTests : ModelLine
{
    private int _port;

    private static readonly string Good = Path.Combine(LineTest.Models, "part-classifier");

    /// <summary>Each bad package with words of its message.</summary>
    private IReadOnlyList<(string Name, string Path, string Words)> BadPackages()
    {
        string Made(string name, Action<string> spoil) =>
            ModelPackages.Copy(Good, Path.Combine(Folder, "bad", name), Guid.NewGuid().ToString(), spoil);
        string Zipped(string name, Action<ZipArchive> pack)
        {
            string path = Path.Combine(Folder, "bad", name + ".zip");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
            pack(zip);
            return path;
        }

        static void Add(ZipArchive zip, string name, byte[] content, int attributes = 0)
        {
            ZipArchiveEntry entry = zip.CreateEntry(name);
            entry.ExternalAttributes = attributes;
            using Stream stream = entry.Open();
            stream.Write(content);
        }

        return
        [
            ("other platform", Made("platform", f => ModelPackages.SetManifest(f, "Platform", "TensorFlow")), "TensorFlow"),
            ("check sum", Made("sum", f => ModelPackages.SetManifest(f, "ModelFileSHA1", new string('0', 40))), "check sum"),
            (
                "too few labels",
                Made("labels", f => File.WriteAllText(Path.Combine(f, "labels.txt"), "ok\ndent")),
                "names 2 tags (labels.txt)"),
            ("truncated network", Made("truncated", f =>
            {
                ModelPackages.SetManifest(f, "ModelFileSHA1", null);
                using FileStream file = File.OpenWrite(Path.Combine(f, "model.onnx"));
                file.SetLength(file.Length / 2);
            }), "truncated"),
            ("weights elsewhere", Made("external", f => Network(f, Tensor(External("../../secret.bin")))), "outside its folder"),
            (
                "foreign operators",
                Made("foreign", f => Network(f, Field(1, [.. Text(4, "Steal"), .. Text(7, "evil.ops")]))),
                "foreign code"),
            ("nothing inside", Zipped("empty", zip => Add(zip, "readme.txt", "x"u8.ToArray())), "no .onnx file"),
            ("zip-slip", Zipped("slip", zip => Add(zip, "../model.onnx", [1])), "leads out of its folder"),
            ("zip bomb", Zipped("bomb", zip => Add(zip, "model.onnx", new byte[40 << 20])), "zip bomb"),
            (
                "symbolic link",
                Zipped("link", zip => Add(zip, "model.onnx", "/etc/passwd"u8.ToArray(), unchecked((int)0xA1FF0000))),
                "symbolic link"),
            (
                "no zip",
                Zipped("half", zip => Add(zip, "model.onnx", new byte[1000])) is var half ? Halve(half) : "",
                "damaged or not complete"),
            ("golden images", Made("golden", f => Swap(Path.Combine(f, "labels.txt"))), "golden images"),
        ];
    }

    private static string Halve(string file)
    {
        using FileStream stream = File.OpenWrite(file);
        stream.SetLength(stream.Length / 2);
        return file;
    }

    /// <summary>The same network with its tags mixed up: it loads and runs, and is wrong about everything.</summary>
    private static void Swap(string labels) => File.WriteAllText(labels, string.Join('\n', File.ReadAllLines(labels).Reverse()));

    private static void Network(string folder, byte[] graph)
    {
        ModelPackages.SetManifest(folder, "ModelFileSHA1", null);
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), [0x08, 0x08, .. Field(7, graph)]);
    }

    private static byte[] Tensor(byte[] content) => Field(5, content);

    private static byte[] External(string location) =>
        [.. Text(8, "weights"), 0x70, 0x01, .. Field(13, [.. Text(1, "location"), .. Text(2, location)])];

    private static byte[] Text(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] content) => [(byte)(number << 3 | 2), (byte)content.Length, .. content];

    /// <summary>A running line with golden images that its own model gets right.</summary>
    private (Mailbox Mailbox, ChildProcess Agent, WireClient Plc, string Running) StartLine(Action<JsonObject>? change = null)
    {
        string golden = Path.Combine(Folder, "golden");
        if (!Directory.Exists(golden))
        {
            (int simulated, ChildProcess simulate) = Run(
                "simulate", "--out", Path.Combine(Folder, "parts"), "--count", "20", "--seed", "77");
            Assert.True(simulated == 0, simulate.Said);
            string ok = Directory.EnumerateDirectories(Path.Combine(Folder, "parts"), "ok", SearchOption.AllDirectories).Single();
            Directory.CreateDirectory(Path.Combine(golden, "pass"));
            foreach (string file in Directory.EnumerateFiles(ok).Order(StringComparer.Ordinal).Take(3))
                File.Copy(file, Path.Combine(golden, "pass", Path.GetFileName(file)));
        }
        Mosquitto broker = StartBroker();
        _port = broker.Port;
        HttpCamera camera = Opened(new HttpCamera());
        Mailbox mailbox = Opened(new Mailbox(broker.Port, clean: true, "event", "state"));
        JsonObject settings = ModelSettings(broker.Port, camera);
        Station(settings)["Golden"] = new JsonObject { ["Folder"] = golden };
        change?.Invoke(settings);
        ChildProcess agent = StartAgent(settings);
        agent.WaitForLine(line => line.Contains("gives pictures", StringComparison.Ordinal), Patience);
        string running = Running(mailbox.WaitFor("state", where: state => Running(state) is not null))!;
        return (mailbox, agent, Opened(new WireClient(broker.Port, "operator", clean: true, [], null)), running);
    }

    private static string? Text(JsonElement json, string property) => json.GetProperty(property).GetString();

    private static JsonElement Refusal(Mailbox mailbox, int number) =>
        mailbox.WaitFor("event", number, e => Text(e, "kind") == "model" && Text(e, "change") == "refused");

    private static void GoesOn(Mailbox mailbox, WireClient plc, string running, int part)
    {
        Assert.True(plc.TryPublish("edgeinspector/test/s1/trigger", Encoding.ASCII.GetBytes($"P{part}")));
        JsonElement verdict = mailbox.WaitFor("event", where: e => Text(e, "kind") == "verdict" && Text(e, "part") == $"P{part}");
        Assert.NotEqual("none", Text(verdict, "verdict"));
        Assert.Equal(running, verdict.GetProperty("package").GetProperty("hash").GetString());
    }

    [Fact]
    public void Into_the_inbox_each_ends_in_quarantine_with_a_text_that_says_why()
    {
        (Mailbox mailbox, _, WireClient plc, string running) = StartLine();
        IReadOnlyList<(string Name, string Path, string Words)> bad = BadPackages();
        foreach ((_, string path, _) in bad)
        {
            if (Directory.Exists(path))
                ModelPackages.Copy(path, Path.Combine(Inbox, "s1", Path.GetFileName(path)));
            else
                File.Copy(path, Path.Combine(Inbox, "s1", Path.GetFileName(path)));
        }
        Refusal(mailbox, bad.Count);
        SpinWait.SpinUntil(() => Directory.EnumerateFileSystemEntries(Path.Combine(Inbox, "s1")).Any() == false, Patience);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Inbox, "s1")));
        ArePutAside(bad.Count);
        foreach ((string name, string path, string words) in bad)
        {
            string text = File.ReadAllText(Assert.Single(Directory.EnumerateFiles(Quarantine, $"*_{Path.GetFileName(path)}.txt")));
            Assert.True(text.Contains(words, StringComparison.Ordinal), $"{name}: {text}");
            Assert.Single(Directory.EnumerateFileSystemEntries(Quarantine, $"*_{Path.GetFileName(path)}"));
        }
        GoesOn(mailbox, plc, running, 1);
        NothingHalfDone();
    }

    [Fact]
    public void From_the_command_line_each_is_refused_with_its_reason_and_an_exit_code()
    {
        (Mailbox mailbox, _, WireClient plc, string running) = StartLine();
        foreach ((string name, string path, string words) in BadPackages())
        {
            (int code, string said) = Command("models", "import", path, "--activate");
            Assert.Equal(1, code);
            Assert.True(said.Contains(words, StringComparison.Ordinal), $"{name}: {said}");
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        }
        GoesOn(mailbox, plc, running, 1);
        NothingHalfDone();
    }

    [Fact]
    public void Over_the_settings_own_file_each_is_refused_and_the_next_start_runs_the_old_one()
    {
        (Mailbox mailbox, ChildProcess agent, WireClient plc, string running) = StartLine();
        int refused = 0;
        foreach ((string name, string path, string words) in BadPackages().Where(bad => Directory.Exists(bad.Path)))
        {
            ModelPackages.Overwrite(InPlace, path);
            JsonElement told = Refusal(mailbox, ++refused);
            Assert.True(Text(told, "why")!.Contains(words, StringComparison.Ordinal), $"{name}: {told}");
            Assert.Equal("file", Text(told, "from"));
        }
        GoesOn(mailbox, plc, running, 1);
        ArePutAside(refused);
        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));
        ChildProcess again = Start(["run", "--settings", Path.Combine(Folder, "settings.json")]);
        again.WaitForLine(line => line.Contains("gives pictures", StringComparison.Ordinal), Patience);
        GoesOn(mailbox, plc, running, 2);
        NothingHalfDone();
    }

    [Fact]
    public void From_a_source_that_is_pulled_each_is_refused_told_and_put_aside()
    {
        string share = Path.Combine(Folder, "share");
        Directory.CreateDirectory(share);
        (Mailbox mailbox, _, WireClient plc, string running) = StartLine(
            settings => Station(settings)["Sync"] = new JsonObject { ["Folder"] = share, ["Every"] = "1s" });
        int refused = 0;
        foreach ((string name, string path, string words) in BadPackages())
        {
            string zip = Path.Combine(share, $"{++refused}.zip");
            if (Directory.Exists(path))
                ModelPackages.Zip(path, zip);
            else
                File.Copy(path, zip);
            File.SetLastWriteTimeUtc(zip, DateTime.UtcNow.AddSeconds(refused));
            JsonElement told = Refusal(mailbox, refused);
            Assert.True(Text(told, "why")!.Contains(words, StringComparison.Ordinal), $"{name}: {told}");
            Assert.Equal("sync", Text(told, "from"));
            mailbox.WaitFor("state", where: state => state.GetRawText().Contains("\"component\":\"sync\"", StringComparison.Ordinal));
        }
        ArePutAside(refused);
        GoesOn(mailbox, plc, running, 1);
        NothingHalfDone();
    }

    [Fact]
    public async Task By_MQTT_what_is_not_in_the_store_damaged_or_not_allowed_is_refused_with_an_answer()
    {
        (Mailbox mailbox, _, WireClient plc, string running) = StartLine();
        string b = ModelPackages.Copy(Good, Path.Combine(Folder, "b"), Guid.NewGuid().ToString());
        (int code, string said) = Command("models", "import", b);
        Assert.True(code == 0, said);
        string stored = Directory.EnumerateDirectories(Path.Combine(Data, "models", "packages"))
            .Single(folder => Path.GetFileName(folder) != running && Path.GetFileName(folder)[0] != '.');
        using var asking = await CommandClient.ConnectAsync(_port);

        Assert.Contains(
            "no package 'nobody'", await asking.AskAsync("s1", "activate", """{"package":"nobody"}"""), StringComparison.Ordinal);
        Assert.Contains("names no package", await asking.AskAsync("s1", "activate", ""), StringComparison.Ordinal);
        Assert.Contains("It has 'pakage'", await asking.AskAsync("s1", "activate", """{"pakage":"b"}"""), StringComparison.Ordinal);
        Assert.Contains("no earlier package", await asking.AskAsync("s1", "rollback", ""), StringComparison.Ordinal);
        Assert.Contains("no command 'explode'", await asking.AskAsync("s1", "explode", ""), StringComparison.Ordinal);
        Assert.Contains("at most", await asking.AskAsync("s1", "activate", new string('x', 5000)), StringComparison.Ordinal);
        await File.AppendAllTextAsync(Path.Combine(stored, "labels.txt"), "\nmore", TestContext.Current.CancellationToken);
        Assert.Contains("\"ok\":false", await asking.AskAsync("s1", "activate", """{"package":"b"}"""), StringComparison.Ordinal);
        GoesOn(mailbox, plc, running, 1);

        Directory.Delete(stored, recursive: true);
        (code, said) = Command("models", "import", b);
        Assert.True(code == 0, said);
        string done = await asking.AskAsync("s1", "activate", """{"package":"b","by":"quality","why":"trial"}""");
        Assert.Contains("\"ok\":true", done, StringComparison.Ordinal);
        GoesOn(mailbox, plc, Path.GetFileName(stored), 2);
        Assert.Contains("\"ok\":true", await asking.AskAsync("s1", "rollback", """{"why":"back again"}"""), StringComparison.Ordinal);
        GoesOn(mailbox, plc, running, 3);
    }

    [Fact]
    public async Task A_retained_command_is_refused_since_it_may_be_of_another_day()
    {
        Mosquitto broker = StartBroker();
        using var camera = new HttpCamera();
        using var asking = await CommandClient.ConnectAsync(broker.Port);
        Task<string> answer = asking.AskAsync("s1", "rollback", """{"why":"yesterday"}""", retain: true);
        ChildProcess agent = StartAgent(ModelSettings(broker.Port, camera));
        agent.WaitForLine(line => line.Contains("retained", StringComparison.Ordinal), Patience);
        Assert.Contains("retained", await answer, StringComparison.Ordinal);
    }

    /// <summary>Waits for the texts in quarantine, for a refusal is told first and put aside then.</summary>
    private void ArePutAside(int count) =>
        Assert.True(
            SpinWait.SpinUntil(() => Directory.EnumerateFiles(Quarantine, "*.txt").Count() == count, Patience),
            $"{count} refusals are put aside");

    /// <summary>
    /// Beside whole packages the store holds nothing, once it is at rest: after a start the package at the settings' own place is tried
    /// again.
    /// </summary>
    private void NothingHalfDone()
    {
        string packages = Path.Combine(Data, "models", "packages");
        SpinWait.SpinUntil(() => Directory.EnumerateFileSystemEntries(packages).Count() == 1, Patience);
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(packages), entry => Path.GetFileName(entry).StartsWith(".new-", StringComparison.Ordinal));
        Assert.All(Directory.EnumerateDirectories(packages), folder => Assert.True(File.Exists(Path.Combine(folder, "package.json"))));
        Assert.Single(Directory.EnumerateDirectories(packages));
    }
}
