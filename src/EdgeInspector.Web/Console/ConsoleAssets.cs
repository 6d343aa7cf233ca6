using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeInspector.Web.Console;

/// <summary>Styles and scripts of the console, which come inside the assembly. No page needs a file from another host.</summary>
internal sealed class ConsoleAssets
{
    private const string Beginning = "console/";
    private readonly FrozenDictionary<string, Asset> _files;

    public ConsoleAssets()
    {
        Assembly own = typeof(ConsoleAssets).Assembly;
        _files = own.GetManifestResourceNames()
            .Where(name => name.StartsWith(Beginning, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Beginning.Length..], name => Asset.Read(own, name), StringComparer.Ordinal);
        Version = Convert.ToHexStringLower(SHA256.HashData([.. _files.OrderBy(file => file.Key, StringComparer.Ordinal)
            .SelectMany(file => file.Value.Hash)]))[..12];
    }

    /// <summary>Changes with any of the files; part of their addresses, so that no browser shows an old one.</summary>
    public string Version { get; }

    /// <summary>Serves the files below <c>/_console/VERSION/</c>, and Blazor's script where Blazor looks for it.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/_console/{version}/{file}", (HttpContext call, string file) => Answer(call, file, isForEver: true));
        routes.MapGet("/_framework/blazor.web.js", (HttpContext call) => Answer(call, "blazor.web.js", isForEver: false));
        routes.MapGet("/favicon.ico", (HttpContext call) => Answer(call, "icon.svg", isForEver: false));
    }

    private IResult Answer(HttpContext call, string file, bool isForEver)
    {
        if (!_files.TryGetValue(file, out Asset? asset))
            return Results.NotFound();
        call.Response.Headers.CacheControl = isForEver ? "public, max-age=31536000, immutable" : "no-cache";
        return Results.Bytes(asset.Content, asset.Type, entityTag: new($"\"{Convert.ToHexStringLower(asset.Hash)[..16]}\""));
    }

    private sealed record Asset(byte[] Content, string Type, byte[] Hash)
    {
        public static Asset Read(Assembly own, string name)
        {
            using Stream from = own.GetManifestResourceStream(name)!;
            byte[] content = new byte[from.Length];
            from.ReadExactly(content);
            string type = Path.GetExtension(name) switch
            {
                ".css" => "text/css; charset=utf-8",
                ".js" => "text/javascript; charset=utf-8",
                _ => "image/svg+xml",
            };
            return new Asset(content, type, SHA256.HashData(content));
        }
    }
}
