<html><body><form action="search" method="post"><input name="state" value="x">
  <table id="list">
    <tr><th>Date</th><th>Title</th></tr>
    <tr><td>05/11/2026</td><td><a href="detail.aspx?id=31&amp;utm_source=list#top">Ferry fares from 2027</a></td></tr>
    <tr><td>02/11/2026</td><td><a href="detail.aspx?id=30&amp;utm_source=list#top">Pier 4 closed for works</a></td></tr>
  </table>
</form></body></html>
