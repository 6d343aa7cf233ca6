using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Sync;
using EdgeInspector.ModelStore.Sync.Sources;
using EdgeInspector.ModelStore.Tests.Packages;
using EdgeInspector.ModelStore.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.ModelStore.Tests.Sync;

public sealed class ManifestSyncTests
{
    [Fact]
    public async Task A_published_package_is_pulled_and_an_unchanged_manifest_costs_no_more_than_its_tag()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Publish(bench.Zip("a"), "1.0");
        await bench.RunUntil(bench.Manifest(), () => bench.Running == "a");
        int notModified = 0;
        bench.Api.Fault = context =>
        {
            context.Response.OnCompleted(() =>
            {
                notModified += context.Response.StatusCode == 304 ? 1 : 0;
                return Task.CompletedTask;
            });
            return null;
        };
        await bench.RunUntil(bench.Manifest(), () => notModified >= 2);
        bench.Publish(bench.Zip("b"), "1.1");
        await bench.RunUntil(bench.Manifest(), () => bench.Running == "b");
    }

    [Fact]
    public async Task A_download_that_broke_goes_on_where_it_stopped()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Publish(bench.Zip("a"), "1");
        byte[] package = bench.Api.Files["package.zip"];
        int half = package.Length / 2;
        bool isCut = false;
        string? range = null;
        bench.Api.Fault = context =>
        {
            if (context.Request.Path.Value!.EndsWith("package.zip", StringComparison.Ordinal))
            {
                range = context.Request.Headers.Range;
                if (!isCut)
                    bench.Api.Cuts.Enqueue(half);
                isCut = true;
            }
            return null;
        };
        await bench.RunUntil(bench.Manifest(), () => bench.Complaint is not null);
        Assert.Contains("next look", bench.Complaint, StringComparison.Ordinal);
        await bench.RunUntil(bench.Manifest(), () => bench.Running == "a");
        // What was still on its way when the connection broke may be missing.
        Assert.Matches("^bytes=[1-9][0-9]*-$", range);
        Assert.InRange(int.Parse(range![6..^1], CultureInfo.InvariantCulture), 1, half);
    }

    [Fact]
    public async Task A_package_that_a_full_disk_did_not_take_is_taken_when_there_is_room_and_not_fetched_twice()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Publish(bench.Zip("a"), "1");
        bench.Disk.IsFull = true;
        await bench.RunUntil(bench.Manifest(), () => bench.Complaint is not null);
        Assert.Contains("No space left on device. Make room", bench.Complaint, StringComparison.Ordinal);
        Assert.Equal("first", bench.Running);
        Assert.Empty(bench.Line.Folders.Quarantine is { } folder && Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : []);
        bench.Disk.IsFull = false;
        await bench.RunUntil(bench.Manifest(), () => bench.Running == "a");
        Assert.Single(bench.Api.Requests, request => request.Line.Contains("package.zip", StringComparison.Ordinal));
        Assert.Null(bench.Complaint);
    }

    [Fact]
    public async Task Half_of_another_file_is_not_mixed_with_the_new_one()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Publish(bench.Zip("a"), "1");
        bool isCut = false;
        bench.Api.Fault = context =>
        {
            if (!isCut && context.Request.Path.Value!.EndsWith("package.zip", StringComparison.Ordinal))
            {
                isCut = true;
                bench.Api.Cuts.Enqueue(1000);
            }
            return null;
        };
        await bench.RunUntil(bench.Manifest(), () => bench.Complaint is not null);
        bench.Publish(bench.Zip("b"), "2");
        await bench.RunUntil(bench.Manifest(), () => bench.Running == "b");
    }

    [Fact]
    public async Task A_file_that_is_not_what_the_manifest_says_is_refused()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Publish(bench.Zip("a"), "1", sha256: new string('0', 64));
        await bench.RunUntil(bench.Manifest(), () => bench.Complaint?.Contains("SHA-256", StringComparison.Ordinal) == true);
        Assert.Equal("first", bench.Running);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(bench.Line.Folders.Sync, "part"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_waits_for_approval_is_told_and_survives_a_restart()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Publish(bench.Zip("a"), "1");
        SyncOptions options = bench.Manifest() with { Activate = SyncActivation.OnApproval };
        await bench.RunUntil(options, () => bench.Line.News.Any(change => change.Kind == ModelChangeKind.Waiting));
        Assert.Equal("first", bench.Running);
        string hash = bench.Line.Store.Resolve("a", out _)!.Hash;
        Assert.Equal(hash, ActiveFile.Peek(bench.Line.Folders)["s1"].Waiting);
        Assert.True(
            (await bench.Line.Desk.ActivateAsync(null, "a", new("command line"), false, TestContext.Current.CancellationToken)).IsDone);
        Assert.Null(bench.Line.Active["s1"].Waiting);
    }

    [Fact]
    public async Task What_waits_is_kept_however_many_packages_come_meanwhile()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Publish(bench.Zip("a"), "1");
        await bench.RunUntil(
            bench.Manifest() with { Activate = SyncActivation.OnApproval }, () => bench.Line.Active["s1"].Waiting is not null);
        // The store of these tests keeps two.
        foreach (string name in new[] { "b", "c", "d", "e", "f" })
        {
            (SwitchOutcome outcome, _) = await bench.Line.Desk.TakeAsync(
                null, new Arrival(bench.Zip(name), "inbox"), AfterImport.ActivateOrShadow, false, TestContext.Current.CancellationToken);
            Assert.True(outcome.IsDone, string.Join('\n', outcome.Problems));
        }
        Assert.Null(bench.Line.Store.Resolve("b", out _));
        Assert.True(
            (await bench.Line.Desk.ActivateAsync(null, "a", new("command line"), false, TestContext.Current.CancellationToken)).IsDone);
    }

    [Fact]
    public async Task What_waited_is_overtaken_by_a_newer_one_that_is_taken_at_once()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Publish(bench.Zip("a"), "1");
        await bench.RunUntil(
            bench.Manifest() with { Activate = SyncActivation.OnApproval }, () => bench.Line.Active["s1"].Waiting is not null);
        bench.Publish(bench.Zip("b"), "2");
        await bench.RunUntil(bench.Manifest(), () => bench.Running == "b" && bench.Line.Active["s1"].Waiting is null);
    }

    [Fact]
    public async Task What_another_station_has_fetched_by_half_stays()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        string other = Path.Combine(bench.Line.Folders.Sync, "part", "s1-left", "half.zip");
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        await File.WriteAllTextAsync(other, "half", TestContext.Current.CancellationToken);
        bench.Publish(bench.Zip("a"), "1");
        await bench.RunUntil(bench.Manifest(), () => bench.Running == "a");
        Assert.True(File.Exists(other));
    }

    [Fact]
    public async Task What_waits_for_a_set_time_takes_over_when_the_local_clock_reaches_it()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Publish(bench.Zip("a"), "1");
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 13, 59, 50, TimeSpan.Zero));
        SyncOptions options = bench.Manifest() with { Activate = SyncActivation.AtTimes, Times = ["06:00", "14:00"] };
        bool isAdvanced = false;
        await bench.RunUntil(
            options,
            () =>
            {
                // Before 14:00 it waits, however often the source is asked.
                Assert.True(isAdvanced || bench.Running == "first");
                bool isWaiting = bench.Line.News.Any(change => change.Kind == ModelChangeKind.Waiting);
                time.Advance(TimeSpan.FromMilliseconds(isWaiting ? 200 : 1));
                isAdvanced = time.GetUtcNow().Hour == 14;
                return bench.Running == "a";
            },
            time);
        Assert.True(isAdvanced);
    }

    [Fact]
    public async Task A_set_time_that_a_clock_leaves_out_when_it_is_set_right_does_not_come()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Publish(bench.Zip("a"), "1");
        var fake = new FakeTimeProvider(new DateTimeOffset(1970, 1, 1, 5, 0, 0, TimeSpan.Zero));
        var time = new WatchedClock(fake);
        SyncOptions options = bench.Manifest() with { Activate = SyncActivation.AtTimes, Times = ["14:00"] };
        int steps = 0;
        await bench.RunUntil(
            options,
            () =>
            {
                bool isWaiting = bench.Line.News.Any(change => change.Kind == ModelChangeKind.Waiting);
                if (isWaiting && steps++ == 0)
                    time.WallIsOff = new DateTimeOffset(2026, 11, 28, 15, 0, 0, TimeSpan.Zero) - fake.GetUtcNow();
                fake.Advance(TimeSpan.FromMilliseconds(isWaiting ? 1000 : 1));
                return steps > 300;
            },
            time);
        Assert.Equal("first", bench.Running);
    }

    [Fact]
    public void Set_times_follow_the_local_clock_through_both_changes_of_it()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        TimeSpan Until(string utc, params string[] times)
        {
            var now = DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture);
            return ActivationTimes.Next([.. times.Select(at => TimeOnly.Parse(at, CultureInfo.InvariantCulture))], now, zone) - now;
        }

        Assert.Equal(TimeSpan.FromMinutes(30), Until("2026-11-24T12:30:00Z", "06:00", "14:00", "22:00"));
        Assert.Equal(TimeSpan.FromHours(8), Until("2026-11-24T21:00:00Z", "06:00", "14:00", "22:00"));
        // In spring 02:30 is left out: it is met at 03:00.
        Assert.Equal(TimeSpan.FromMinutes(30), Until("2026-03-29T00:30:00Z", "02:30"));
        // In autumn 02:30 comes twice, and 06:00 an hour later by the sun.
        Assert.Equal(TimeSpan.FromHours(6), Until("2026-10-24T23:00:00Z", "06:00"));
    }

    [Fact]
    public async Task What_the_manifest_says_goes_onto_screens_without_control_characters_and_names_an_iteration_that_the_package_does_not()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Publish(
            bench.Zip("a", folder => StoreBench.Manifest(folder, manifest => manifest.Remove("IterationId"))), "1", name: "\\u001b[31mred");
        bench.Api.Files["manifest.json"] = System.Text.Encoding.UTF8.GetBytes(
            System.Text.Encoding.UTF8.GetString(bench.Api.Files["manifest.json"])
                .Replace("\"iteration\":null", "\"iteration\":\"nine\"", StringComparison.Ordinal));
        await bench.RunUntil(bench.Manifest(), () => bench.Running != "first");
        Assert.Equal(("\\u001B[31mred", "nine"), (bench.Running, bench.Line.Models.Running.Iteration));
        Assert.All(bench.Line.News, change => Assert.DoesNotContain('\u001b', change.Why!));
    }

    [Fact]
    public async Task A_memory_that_is_damaged_is_begun_anew()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        Directory.CreateDirectory(bench.Line.Folders.Sync);
        await File.WriteAllTextAsync(Path.Combine(bench.Line.Folders.Sync, "s1.json"), "{\"id\":", TestContext.Current.CancellationToken);
        bench.Publish(bench.Zip("a"), "1");
        await bench.RunUntil(bench.Manifest(), () => bench.Running == "a");
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_does_not_answer_is_told()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        string address = $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/m.json";
        await bench.RunUntil(
            SyncBench.Options() with { Manifest = new ManifestOptions { Url = address }, Timeout = TimeSpan.FromSeconds(1) },
            () => bench.Complaint?.Contains("did not answer", StringComparison.Ordinal) == true);
        silent.Stop();
        await bench.RunUntil(
            SyncBench.Options() with { Manifest = new ManifestOptions { Url = address } },
            () => bench.Complaint?.Contains("can't be reached", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_with_the_key_in_hand()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Api.Fault = context => context.Request.Path.StartsWithSegments("/files")
            ? Results.Redirect("http://127.0.0.1:1/elsewhere")
            : null;
        await bench.RunUntil(
            bench.Manifest(), () => bench.Complaint?.Contains("points to another address", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_told_and_one_of_the_named_authority_is_taken()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        using var authority = new CertificateAuthority("Plant authority");
        string ca = authority.WriteTo(Path.Combine(bench.Root, "ca.pem"));
        authority.Issue(bench.Root, "localhost");
        using X509Certificate2 server = X509CertificateLoader.LoadPkcs12FromFile(Path.Combine(bench.Root, "localhost.pfx"), "secret");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        Task serving = ServeAsync(listener, server, stop.Token);
        SyncOptions options = SyncBench.Options() with
        {
            Manifest = new ManifestOptions { Url = $"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/m.json" },
        };
        await bench.RunUntil(options, () => bench.Complaint is not null);
        Assert.Contains("is not trusted", bench.Complaint, StringComparison.Ordinal);
        Assert.Contains("Sync:CaFile", bench.Complaint, StringComparison.Ordinal);
        // Trusted, the server is heard: it knows no manifest.
        await bench.RunUntil(
            options with { CaFile = ca }, () => bench.Complaint?.Contains("answered 404", StringComparison.Ordinal) == true);
        await stop.CancelAsync();
        await serving;
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(stop);
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(certificate);
                _ = await tls.ReadAsync(new byte[4096], stop);
                await tls.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), stop);
            }
            catch (Exception refused) when (refused is IOException or OperationCanceledException
                or System.Security.Authentication.AuthenticationException or SocketException)
            {
                // A client that does not trust us hangs up.
            }
        }
    }

    [Fact]
    public async Task A_shared_folder_gives_its_newest_zip_once_it_is_complete_and_its_loss_is_told()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        string share = Path.Combine(bench.Root, "share");
        SyncOptions options = SyncBench.Options() with { Folder = share };
        await bench.RunUntil(options, () => bench.Complaint?.Contains("no such folder", StringComparison.Ordinal) == true);
        Directory.CreateDirectory(share);
        File.Copy(bench.Zip("a"), Path.Combine(share, "A.ZIP"));
        await bench.RunUntil(options, () => bench.Running == "A" && bench.Complaint is null);
        File.Copy(bench.Zip("b"), Path.Combine(share, "b.zip"));
        File.SetLastWriteTimeUtc(Path.Combine(share, "b.zip"), DateTime.UtcNow.AddMinutes(1));
        await bench.RunUntil(options, () => bench.Running == "b");
    }

    [Fact]
    public void Mutated_manifests_and_lists_are_read_or_refused_and_never_crash()
    {
        var address = new Uri("https://server/models/manifest.json");
        byte[] manifest = """
            {"name":"a","iteration":"i","version":"1.2","url":"a.zip",
            "sha256":"0000000000000000000000000000000000000000000000000000000000000000","size":123}
            """u8.ToArray();
        byte[] iterations = """
            [{"id":"5bd931f2-f132-523b-99a7-0acd5dfdfbc7","name":"n","status":"Completed",
            "exportable":true,"trainedAt":"2026-11-23T06:00:00Z","publishName":null}]
            """u8.ToArray();
        byte[] exports = """
            [{"platform":"ONNX","status":"Done","downloadUri":"https://x/y","flavor":null,"newerVersionAvailable":false}]
            """u8.ToArray();
        var random = new Random(9);
        int refused = 0;
        for (int i = 0; i < 21_000; i++)
        {
            byte[] mutated = Mutation.Of((i % 3) switch { 0 => manifest, 1 => iterations, _ => exports }, random);
            try
            {
                if (i % 3 == 0)
                {
                    Assert.Equal(64, ManifestSource.Read(mutated, address).Sha256!.Length);
                    continue;
                }
                using var json = System.Text.Json.JsonDocument.Parse(mutated);
                _ = i % 3 == 1
                    ? (object)CustomVisionSource.Choose(json.RootElement, null)
                    : CustomVisionSource.Find(json.RootElement, null);
                _ = ApiFault.Read(mutated);
            }
            catch (Exception told) when (told is SyncFault or System.Text.Json.JsonException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1_000, 20_999);
    }

    [Theory]
    [InlineData("1.9", "1.10", -1)]
    [InlineData("2", "1.10", 1)]
    [InlineData("1.0", "1", 0)]
    [InlineData("007", "7", 0)]
    [InlineData("2026-11-23", "2026-11-24", -1)]
    [InlineData("99999999999999999999999", "100000000000000000000000", -1)]
    public void Versions_are_compared_as_people_read_them(string a, string b, int expected) =>
        Assert.Equal(expected, OfferVersion.Compare(a, b));
}
