<html><body><form action="search" method="post"><input name="state" value="x">
  <table id="list">
    <tr><th>日期</th><th>標題</th></tr>
    <tr><td>05/11/2026</td><td><a href="detail.aspx?id=41&amp;utm_source=list#top">二○二七年渡輪收費</a></td></tr>
    <tr><td>02/11/2026</td><td><a href="detail.aspx?id=40&amp;utm_source=list#top">四號碼頭關閉進行工程</a></td></tr>
  </table>
</form></body></html>
