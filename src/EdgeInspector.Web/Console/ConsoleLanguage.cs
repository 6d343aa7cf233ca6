using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeInspector.Web.Console;

/// <summary>
/// Which language somebody reads: the one that was chosen on a page (a cookie), else the browser's first that the pages have, else English.
/// </summary>
internal static class ConsoleLanguage
{
    private const string Cookie = "EdgeInspector.Language";

    /// <summary>Sets the language of a call.</summary>
    public static Task Choose(HttpContext call, RequestDelegate next)
    {
        CultureInfo culture = ConsoleCultures.Find(call.Request.Cookies[Cookie] ?? Wanted(call.Request.Headers.AcceptLanguage.ToString()));
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = culture;
        return next(call);
    }

    /// <summary>The call behind the switch on each page.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/language/{name}", Take);

    private static IResult Take(HttpContext call, string name, string? back)
    {
        call.Response.Cookies.Append(Cookie, ConsoleCultures.Find(name).Name, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            MaxAge = TimeSpan.FromDays(365),
            Path = call.Request.PathBase.HasValue ? call.Request.PathBase.Value : "/",
        });
        return Results.LocalRedirect(LocalAddress.Of(back));
    }

    // "de-DE,de;q=0.9,en;q=0.8": browsers put the first choice first.
    private static string? Wanted(string accepted) => accepted.Split(',')
        .Select(one => one.Split(';')[0].Trim().Split('-')[0])
        .FirstOrDefault(one => ConsoleCultures.All.Any(culture => culture.Name.Equals(one, StringComparison.OrdinalIgnoreCase)));
}
