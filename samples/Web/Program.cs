using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Resp;

namespace Web;

// A server inside ASP.NET Core: rooms that browsers hear by server-sent events, bridged to Redis'
// channels. The program is also its own browser, and its own redis-cli, and shows that each hears
// the other.

internal static class Program
{
    private static async Task Main()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services
            .AddRotom(rotom => rotom.Port = null)
            .AddSingleton<Rooms>()
            .AddHealthChecks().AddRotom();
        WebApplication app = builder.Build();
        app.MapPost("/rooms/{room}", async (string room, HttpRequest request, Rooms rooms) =>
        {
            using StreamReader body = new(request.Body, Encoding.UTF8);
            return Results.Ok(await rooms.SayAsync(room, await body.ReadToEndAsync()));
        });
        app.MapGet("/rooms/{room}", SendEvents);
        app.MapHealthChecks("/health");
        await app.StartAsync();
        await Show(app);
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static async Task SendEvents(string room, HttpContext http, Rooms rooms)
    {
        http.Response.ContentType = "text/event-stream";
        try
        {
            await foreach (string line in rooms.HearAsync(room, http.RequestAborted))
            {
                string sent = string.Join('\n', line.Split('\n').Select(part => "data: " + part));
                await http.Response.WriteAsync(sent + "\n\n", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The browser went.
        }
    }

    private static async Task Show(WebApplication app)
    {
        string address = app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First();
        using HttpClient http = new() { BaseAddress = new Uri(address) };
        Console.WriteLine($"health: {await http.GetStringAsync("/health")}");
        await http.PostAsync("/rooms/tea", new StringContent("ann: is anybody here?"));

        using CancellationTokenSource leave = new();
        using HttpResponseMessage events = await http.GetAsync(
            "/rooms/tea", HttpCompletionOption.ResponseHeadersRead, leave.Token);
        using StreamReader browser = new(await events.Content.ReadAsStreamAsync());
        Console.WriteLine($"entering: {await Next(browser)}");

        HttpResponseMessage said =
            await http.PostAsync("/rooms/tea", new StringContent("bob: I am"));
        Console.WriteLine($"heard by {await said.Content.ReadAsStringAsync()}");
        Console.WriteLine($"browser: {await Next(browser)}");

        // As redis-cli would on the server's port; here over a stream.
        RotomServer rotom = app.Services.GetRequiredService<RotomServer>();
        await using (RespClient cli = await RespClient.ConnectAsync(rotom.ConnectStream()))
        {
            await cli.CallAsync("PUBLISH", "room:tea", "cli: me too");
        }

        Console.WriteLine($"browser: {await Next(browser)}");
        leave.Cancel();
    }

    private static async Task<string> Next(StreamReader browser)
    {
        string line = await browser.ReadLineAsync() ?? "";
        await browser.ReadLineAsync();
        return line["data: ".Length..];
    }
}
