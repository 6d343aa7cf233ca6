using Microsoft.AspNetCore.Http;

namespace EdgeInspector.ModelStore.Tests.Sync;

public sealed class CustomVisionSyncTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_newest_trained_iteration_is_exported_pulled_and_becomes_active()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Api.Add("old", bench.Zip("old"), Monday);
        FakeTrainingApi.Iteration newest = bench.Api.Add("newest", bench.Zip("newest"), Monday.AddHours(2));
        newest.LooksUntilDone = 3;
        bench.Api.Add("unfinished", bench.Zip("unfinished"), Monday.AddHours(3)).Status = "Training";
        bench.Api.Add("large", bench.Zip("large"), Monday.AddHours(4)).Exportable = false;
        await bench.RunUntil(bench.Vision(), () => bench.Running == "newest");
        Assert.Equal(1, newest.Started);
        Assert.Null(bench.Complaint);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(bench.Line.Folders.Sync, "part")));

        // Seen once, it is not fetched again, by the next start neither.
        int requests = bench.Api.Requests.Count;
        await bench.RunUntil(bench.Vision(), () => bench.Api.Requests.Count > requests + 3);
        Assert.DoesNotContain(bench.Api.Requests.Skip(requests), request => request.Line.Contains("export", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_key_goes_to_the_service_and_to_nobody_else()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Api.Add("a", bench.Zip("a"), Monday);
        await bench.RunUntil(bench.Vision(), () => bench.Running == "a");
        Assert.All(bench.Api.Requests, request => Assert.Equal(
            request.Line.Contains("/customvision/", StringComparison.Ordinal) ? FakeTrainingApi.Key : null, request.Key));
    }

    [Fact]
    public async Task An_iteration_is_chosen_by_its_publish_name()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Api.Add("production", bench.Zip("production"), Monday).PublishName = "line-1";
        bench.Api.Add("experiment", bench.Zip("experiment"), Monday.AddDays(1));
        await bench.RunUntil(bench.Vision(vision => vision with { PublishName = "line-1" }), () => bench.Running == "production");
    }

    [Fact]
    public async Task An_export_that_is_there_is_reused_and_an_outdated_one_made_anew()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        FakeTrainingApi.Iteration a = bench.Api.Add("a", bench.Zip("a"), Monday);
        a.ExportStatus = "Done";
        await bench.RunUntil(bench.Vision(), () => bench.Running == "a");
        Assert.Equal(0, a.Started);
        FakeTrainingApi.Iteration b = bench.Api.Add("b", bench.Zip("b"), Monday.AddHours(1));
        (b.ExportStatus, b.NewerVersionAvailable) = ("Done", true);
        await bench.RunUntil(bench.Vision(), () => bench.Running == "b");
        Assert.Equal(1, b.Started);
    }

    [Fact]
    public async Task An_export_that_somebody_else_started_is_waited_for()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        FakeTrainingApi.Iteration a = bench.Api.Add("a", bench.Zip("a"), Monday);
        (a.SaysAlreadyInProgress, a.LooksUntilDone) = (true, 2);
        await bench.RunUntil(bench.Vision(), () => bench.Running == "a");
    }

    [Fact]
    public async Task A_failed_export_is_told_and_tried_again_later_while_the_old_model_runs()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        FakeTrainingApi.Iteration a = bench.Api.Add("a", bench.Zip("a"), Monday);
        a.FailsExport = true;
        await bench.RunUntil(bench.Vision(), () => bench.Complaint?.Contains("could not export", StringComparison.Ordinal) == true);
        Assert.Equal("first", bench.Running);
        a.FailsExport = false;
        await bench.RunUntil(bench.Vision(), () => bench.Running == "a");
        Assert.Null(bench.Complaint);
    }

    [Fact]
    public async Task A_download_link_that_has_expired_is_asked_for_anew()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        FakeTrainingApi.Iteration a = bench.Api.Add("a", bench.Zip("a"), Monday);
        bool isFirst = true;
        bench.Api.Fault = context =>
        {
            if (!isFirst || !context.Request.Path.StartsWithSegments("/blob"))
                return null;
            isFirst = false;
            return Results.StatusCode(403);
        };
        await bench.RunUntil(bench.Vision(), () => bench.Running == "a");
        Assert.False(isFirst);
        Assert.Equal(1, a.Started);
    }

    [Fact]
    public async Task A_relative_link_is_fetched_through_the_service_with_the_key()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Api.Add("a", bench.Zip("a"), Monday).RelativeLink = "exports/a b.zip";
        await bench.RunUntil(bench.Vision(), () => bench.Running == "a");
        (string line, string? key) = Assert.Single(
            bench.Api.Requests, request => request.Line.Contains("artifacts", StringComparison.Ordinal));
        Assert.Contains("path=exports%2Fa%20b.zip", line, StringComparison.Ordinal);
        Assert.Equal(FakeTrainingApi.Key, key);
    }

    [Fact]
    public async Task Throttling_is_told_and_the_wish_of_the_service_is_honoured()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Api.Add("a", bench.Zip("a"), Monday);
        long first = 0, second = 0;
        bench.Api.Fault = context =>
        {
            if (first == 0)
            {
                first = TimeProvider.System.GetTimestamp();
                context.Response.Headers.RetryAfter = "2";
                return Results.Json(new { code = "TooManyRequests", message = "Rate limit is exceeded." }, statusCode: 429);
            }
            second = second == 0 ? TimeProvider.System.GetTimestamp() : second;
            return null;
        };
        string? told = null;
        await bench.RunUntil(bench.Vision(), () =>
        {
            told ??= bench.Complaint;
            return bench.Running == "a";
        });
        Assert.Contains("429", told, StringComparison.Ordinal);
        Assert.True(
            TimeProvider.System.GetElapsedTime(first, second) >= TimeSpan.FromSeconds(2), "It did not wait as long as it was told to.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrong_key_or_project_is_told_without_the_key(bool isKey)
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Api.Add("a", bench.Zip("a"), Monday);
        await bench.RunUntil(
            bench.Vision(vision => isKey ? vision with { Key = "not-the-key" } : vision with { Project = Guid.NewGuid().ToString() }),
            () => bench.Complaint is not null);
        Assert.Contains(isKey ? "401" : "NotFoundProject", bench.Complaint, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-key", bench.Complaint, StringComparison.Ordinal);
        Assert.Equal("first", bench.Running);
    }

    [Fact]
    public async Task A_bad_package_is_refused_told_put_aside_and_not_fetched_again()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        FakeTrainingApi.Iteration bad = bench.Api.Add(
            "bad", bench.Zip("bad", folder => File.WriteAllText(Path.Combine(folder, "labels.txt"), "ok\ndent")), Monday);
        await bench.RunUntil(bench.Vision(), () => bench.Complaint?.Contains("refused", StringComparison.Ordinal) == true);
        Assert.Contains("names 2 tags (labels.txt)", bench.Complaint, StringComparison.Ordinal);
        Assert.Equal("first", bench.Running);
        Assert.Contains(
            "names 2 tags (labels.txt)",
            File.ReadAllText(Assert.Single(Directory.EnumerateFiles(bench.Line.Folders.Quarantine, "*.txt"))),
            StringComparison.Ordinal);
        int fetched = bench.Api.Requests.Count(request => request.Line.Contains("/blob", StringComparison.Ordinal)),
            asked = bench.Api.Requests.Count;
        await bench.RunUntil(bench.Vision(), () => bench.Api.Requests.Count > asked + 3 && bench.Complaint is not null);
        Assert.Equal(fetched, bench.Api.Requests.Count(request => request.Line.Contains("/blob", StringComparison.Ordinal)));
        bad.Status = "Failed";
        bench.Api.Add("good", bench.Zip("good"), Monday.AddHours(1));
        await bench.RunUntil(bench.Vision(), () => bench.Running == "good" && bench.Complaint is null);
    }

    [Fact]
    public async Task A_source_that_goes_back_to_an_older_iteration_is_told_and_obeyed_only_where_that_is_allowed()
    {
        await using SyncBench bench = await SyncBench.StartAsync();
        bench.Api.Add("old", bench.Zip("old"), Monday);
        FakeTrainingApi.Iteration newer = bench.Api.Add("newer", bench.Zip("newer"), Monday.AddHours(1));
        await bench.RunUntil(bench.Vision(), () => bench.Running == "newer");
        bench.Api.Iterations.Remove(newer);
        await bench.RunUntil(bench.Vision(), () => bench.Complaint?.Contains("AllowDowngrade", StringComparison.Ordinal) == true);
        Assert.Equal("newer", bench.Running);
        await bench.RunUntil(bench.Vision() with { AllowDowngrade = true }, () => bench.Running == "old");
    }
}
